// Writes docs/errors.md: every stable code in the sources, with what it says and what to do. `--check` only compares.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

const root = resolve(import.meta.dirname, '..')
const page = join(root, 'docs/errors.md')

interface Said {
  readonly message: string
  readonly remedy: string
  readonly file: string
}

interface Node {
  readonly type: string
  readonly value?: unknown
  readonly quasis?: readonly { readonly value: { readonly cooked: string | null } }[]
  readonly consequent?: Node
  readonly properties?: readonly {
    readonly type: string
    readonly key?: { readonly name?: string }
    readonly value?: Node
  }[]
}

/** The text of a string or template, `…` for what is filled in; empty for anything else. */
function textOf(node: Node | undefined): string {
  if (node === undefined) return ''
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : ''
  if (node.type === 'TemplateLiteral')
    return (node.quasis ?? []).map(({ value }) => value.cooked ?? '').join('…')
  if (node.type === 'ConditionalExpression') return textOf(node.consequent)
  return ''
}

const propertyOf = (node: Node | undefined, name: string): Node | undefined =>
  node?.properties?.find(({ key, type }) => type === 'Property' && key?.name === name)?.value

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return name === 'testdata' ? [] : sourcesBelow(path)
      return name.endsWith('.ts') && !/\.test\.ts$|testing\.ts$/.test(name) ? [path] : []
    })
}

const code = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

function collect(): Map<string, Said[]> {
  const codes = new Map<string, Said[]>()
  for (const path of sourcesBelow(join(root, 'src'))) {
    const file = relative(root, path)
    const add = (name: string, message: Node | undefined, remedy: Node | undefined): void => {
      if (!code.test(name)) return
      codes.set(name, [
        ...(codes.get(name) ?? []),
        { message: textOf(message), remedy: textOf(remedy), file },
      ])
    }
    const { program } = parseSync(path, readFileSync(path, 'utf8'))
    new Visitor({
      NewExpression({ arguments: given, callee }) {
        if (callee.type !== 'Identifier' || callee.name !== 'LongwatchError') return
        const [name, message, options] = given as unknown as readonly (Node | undefined)[]
        add(textOf(name), message, propertyOf(options, 'remedy'))
      },
      ObjectExpression(object) {
        const node = object as unknown as Node
        add(textOf(propertyOf(node, 'code')), propertyOf(node, 'message'), propertyOf(node, 'remedy'))
      },
    }).visit(program)
  }
  return codes
}

/** Cell text: one line, no table marks. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim()

const rows = [...collect()]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, said]) => {
    const messages = [
      ...new Set(
        said.map(({ message }) => cell(message)).filter((text) => text.replaceAll(/[…\s]/g, '') !== ''),
      ),
    ]
    const remedies = [...new Set(said.map(({ remedy }) => cell(remedy)).filter((text) => text !== ''))]
    // Sorted, so that moving code from file to file changes nothing here.
    return `| \`${name}\` | ${messages.sort().slice(0, 3).join('; ')} | ${remedies.sort().slice(0, 2).join(' ')} |`
  })
const text = `# Codes

Every error and diagnostic has a code that does not change. \`…\` stands for what is filled in. Written by \`node tools/error-codes.ts\`.

| code | what it says | what to do |
| --- | --- | --- |
${rows.join('\n')}
`
if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/errors.md is not up to date: run node tools/error-codes.ts')
    process.exitCode = 1
  }
} else {
  writeFileSync(page, text)
}
