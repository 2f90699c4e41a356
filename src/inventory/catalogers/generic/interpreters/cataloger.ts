// Programs that came without a package: interpreters and servers that were copied in or built from source.

import type { CatalogedFile, Cataloger, ExtractContext, Extraction } from '../../cataloger.ts'
import { readText } from '../../diagnostics.ts'
import { assembleLanguage } from '../../language.ts'
import { readJavaRelease } from './java-release.ts'
import { products } from './products.ts'
import type { Product } from './products.ts'
import { scan } from './scan.ts'

interface ProgramFact {
  readonly name: string
  readonly version: string
  readonly certainty: 'exact' | 'derived'
}

/** A Java installation has its programs beside this file, and nothing larger than this is one. */
const javaRelease = 'release'
const maximumReleaseBytes = 64 * 1024

const byFile = new Map<string, Product[]>()
for (const product of products) {
  for (const file of product.files) byFile.set(file, [...(byFile.get(file) ?? []), product])
}

export const interpreters: Cataloger<ProgramFact> = {
  name: 'generic/interpreters',
  version: 3,
  modes: ['installed'],
  wants: [...byFile.keys(), javaRelease].map((name) => ({ name })),
  async extract(file, context): Promise<Extraction<ProgramFact>> {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1)
    if (name === javaRelease) return readRelease(file)
    const facts: ProgramFact[] = []
    for (const product of byFile.get(name) ?? []) {
      const fact = await readProduct(product, name, file, context)
      if (fact !== undefined) facts.push(fact)
    }
    return { facts }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, certainty } }) => ({
        type: 'generic',
        name,
        version,
        path,
        state: 'installed',
        certainty,
      })),
    ),
}

async function readRelease(file: CatalogedFile): Promise<Extraction<ProgramFact>> {
  if (file.size > maximumReleaseBytes) return { facts: [] }
  const read = await readText(file)
  if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
  const release = readJavaRelease(read.text)
  return { facts: release === undefined ? [] : [{ ...release, certainty: 'exact' }] }
}

async function readProduct(
  product: Product,
  name: string,
  file: CatalogedFile,
  context: ExtractContext,
): Promise<ProgramFact | undefined> {
  if (product.within !== undefined && !product.within.test(file.path)) return undefined
  // Scripts of the same name (`/usr/bin/node` of a version manager) are not the program; the files with a place of their own are text.
  if (product.within === undefined && !(await isBinary(file))) return undefined
  const line = product.line?.exec(name)?.groups?.['line'] ?? ''
  const patterns = product.text.map(
    (pattern) =>
      new RegExp(pattern.source.replace('{line}', line.replaceAll('.', String.raw`\.`)), pattern.flags),
  )
  const version = await scan(file.content, patterns, context.limits.spilledFileBytes, context.signal)
  return version === undefined ? undefined : { name: product.name, version, certainty: 'derived' }
}

async function isBinary(file: CatalogedFile): Promise<boolean> {
  const head = Buffer.from(await file.content.read(0, 4))
  return head.length === 4 && (head.readUInt32BE(0) === 0x7f454c46 || head.readUInt32LE(0) === 0xfeedfacf)
}
