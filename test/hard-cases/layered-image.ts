// An OCI layout on disk, made of layers that are lists of files; whiteouts are files named as the specification names them.
// https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts

import { hash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

export type LayerFiles = Readonly<Record<string, string>>

async function tarOf(files: LayerFiles): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content)
  tar.finalize()
  return buffer(tar)
}

/** Writes the layout to `folder` and gives the digests of its layers from the base up. `label` changes digests and nothing else. */
export async function writeLayout(
  folder: string,
  layers: readonly LayerFiles[],
  label = '',
): Promise<readonly string[]> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  const put = async (content: Buffer): Promise<{ readonly digest: string; readonly size: number }> => {
    const hex = hash('sha256', content)
    await writeFile(join(folder, 'blobs/sha256', hex), content)
    return { digest: `sha256:${hex}`, size: content.length }
  }
  const tars = await Promise.all(layers.map(tarOf))
  const blobs = await Promise.all(tars.map((tar) => put(gzipSync(tar))))
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { build: label } },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => `sha256:${hash('sha256', tar)}`) },
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      ...(await put(Buffer.from(JSON.stringify(config)))),
    },
    layers: blobs.map((blob) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...blob })),
  }
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: manifest.mediaType, ...(await put(Buffer.from(JSON.stringify(manifest)))) }],
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index))
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  return blobs.map(({ digest }) => digest)
}
