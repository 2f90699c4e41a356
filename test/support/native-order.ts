// The order of versions by the native tools themselves, in one process for many pairs.
import { execFileSync } from 'node:child_process'

/** For each pair, whether dpkg puts the first before the second. */
export function dpkgBefore(pairs: readonly (readonly [string, string])[]): readonly boolean[] {
  const script =
    'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo 1; else echo 0; fi; done'
  return answers('sh', ['-c', script], pairs)
}

/** For each pair of epoch:version-release, the order by rpm: -1, 0 or 1. */
export function rpmOrder(pairs: readonly (readonly [string, string])[]): readonly number[] {
  const quote = (text: string): string => `'${text.replaceAll(/[^\w.:~^+-]/g, '')}'`
  // rpm prints without line ends
  const list = pairs.map(([a, b]) => `print(rpm.vercmp(${quote(a)},${quote(b)}) .. ' ')`).join('\n')
  return execFileSync('sh', ['-c', 'exec rpm --eval "$0"', `%{lua:\n${list}\n}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
    .split(' ')
    .filter((word) => word.trim() !== '')
    .map(Number)
}

/** True when the tool is installed. */
export function hasTool(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function answers(
  command: string,
  args: readonly string[],
  pairs: readonly (readonly [string, string])[],
): readonly boolean[] {
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('')
  const lines = execFileSync(command, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n')
  return pairs.map((_, index) => lines[index] === '1')
}
