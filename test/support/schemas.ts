// Official schemas and validators that come with packages: CycloneDX's with its library, the SPDX project's own tools through Python.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import type { AnySchemaObject, ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

const read = (path: string): AnySchemaObject => JSON.parse(readFileSync(path, 'utf8')) as AnySchemaObject

/** The validator of CycloneDX 1.6. */
export function cycloneDxSchema(): ValidateFunction {
  const resolve = createRequire(import.meta.url)
  const folder = join(dirname(resolve.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema')
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false })
  addFormats.default(ajv)
  for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true)
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
    ajv.addSchema(read(join(folder, name)), `http://cyclonedx.org/schema/${name}`)
  }
  return ajv.compile(read(join(folder, 'bom-1.6.SNAPSHOT.schema.json')))
}

const script = `
import sys
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
for path in sys.argv[1:]:
    for message in validate_full_spdx_document(parse_file(path)):
        print(path, message.validation_message)
`

/** What the SPDX project's tools complain of in these files, a line each; undefined when the tools cannot be installed here. */
export function spdxComplaints(files: readonly string[]): string | undefined {
  const folder = join(tmpdir(), 'longwatch-peers', 'spdx')
  const python = join(folder, 'bin/python')
  try {
    if (!existsSync(join(folder, 'ready'))) {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' })
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'spdx-tools==0.8.5'], { stdio: 'ignore' })
      execFileSync('touch', [join(folder, 'ready')])
    }
  } catch {
    return undefined
  }
  return execFileSync(python, ['-c', script, ...files], { encoding: 'utf8', maxBuffer: 2 ** 26 }).trim()
}
