// `longwatch versions`: which version schemes there are, and how one of them orders versions.

import { Command } from 'commander'
import { ecosystems } from '../../model/index.ts'
import { nearest } from '../../oci/index.ts'
import { exitCodes, LongwatchError } from '../../platform/index.ts'
import { isUnparsable, schemeNamed, schemeNames } from '../../versions/index.ts'
import type { VersionScheme } from '../../versions/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { examples, writeJson, writeTable } from './db-output.ts'

/** Builds the group with its two commands. */
export function versionsCommand(io: CliIo): Command {
  return new Command('versions')
    .description('how versions are ordered: the schemes, and the order of any two')
    .addHelpText(
      'after',
      examples('longwatch versions schemes', 'longwatch versions compare rpm < pairs.txt'),
    )
    .addCommand(compareCommand(io))
    .addCommand(schemesCommand(io))
}

function compareCommand(io: CliIo): Command {
  return new Command('compare')
    .description(
      'reads two versions per line from standard input and prints <, = or >, or ? when it cannot tell',
    )
    .argument('<scheme>', 'one of those that `longwatch versions schemes` lists')
    .addHelpText(
      'after',
      `${examples("echo '1.0~rc1 1.0' | longwatch versions compare dpkg")}\nA line that is not two versions of the scheme gives ?.\n`,
    )
    .action(async (name: string) => {
      const scheme = schemeNamed(name)
      if (scheme === undefined) throw unknownScheme(name)
      await comparePairs(scheme, io)
    })
}

function schemesCommand(io: CliIo): Command {
  return new Command('schemes')
    .description('lists the version schemes, who uses them and where they are written down')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('longwatch versions schemes', 'longwatch versions schemes --json'))
    .action(async ({ json }: { readonly json?: true }) => {
      const schemes = schemeNames().map((name) => ({
        name,
        ecosystems: ecosystems.filter(({ scheme }) => scheme === name).map((ecosystem) => ecosystem.name),
        specification: schemeNamed(name)?.specification ?? '',
      }))
      if (json === true) {
        await writeJson(io, schemes)
        return
      }
      await writeTable(
        io,
        [{ title: 'SCHEME' }, { title: 'ECOSYSTEMS', minimum: 16 }, { title: 'SPECIFICATION' }],
        schemes.map((scheme) => [scheme.name, scheme.ecosystems.join(', '), scheme.specification]),
      )
    })
}

/** What a line may have: two versions of the longest kind, and spaces. More is no pair, whatever follows. */
const longestLine = 4096

/** One answer per line, in order, as the input comes. */
async function comparePairs(scheme: VersionScheme, io: CliIo): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of io.stdin) {
    io.signal.throwIfAborted()
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk as Uint8Array, { stream: true })
    const lines = rest.split('\n')
    // Of a line without end only that it is too long is kept.
    rest = (lines.pop() ?? '').slice(0, longestLine + 1)
    if (lines.length > 0)
      await writeText(io.stdout, `${lines.map((line) => orderOf(scheme, line)).join('\n')}\n`)
  }
  rest += decoder.decode()
  if (rest !== '') await writeText(io.stdout, `${orderOf(scheme, rest)}\n`)
}

function orderOf(scheme: VersionScheme, line: string): '<' | '=' | '>' | '?' {
  if (line.length > longestLine) return '?'
  const [a, b, ...more] = line.trim().split(/\s+/)
  if (a === undefined || b === undefined || more.length > 0) return '?'
  const one = scheme.parse(a)
  const other = scheme.parse(b)
  if (isUnparsable(one) || isUnparsable(other)) return '?'
  const order = scheme.compare(one, other)
  return order < 0 ? '<' : order > 0 ? '>' : '='
}

/** An ecosystem's or a package type's name leads to its scheme, anything else to one that is written like it. */
function unknownScheme(name: string): LongwatchError {
  const wanted = name.toLowerCase()
  const user = ecosystems.find(
    (ecosystem) =>
      ecosystem.name.toLowerCase() === wanted ||
      ecosystem.purlTypes.includes(wanted) ||
      ecosystem.osIds.includes(wanted),
  )
  const alike = nearest(wanted, schemeNames(), 3)
  const meant = user?.scheme ?? alike.find((one) => one.startsWith(wanted.slice(0, 1))) ?? alike[0] ?? ''
  return new LongwatchError('SCHEME_UNKNOWN', `there is no version scheme ${name}`, {
    remedy: `Did you mean ${meant}? \`longwatch versions schemes\` lists all.`,
    exitCode: exitCodes.usage,
  })
}
