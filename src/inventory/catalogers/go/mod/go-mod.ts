// go.mod. https://go.dev/ref/mod#go-mod-file

export interface GoMod {
  readonly requires: readonly GoRequire[]
  /** What each module, or one version of it, is replaced by; no version: a folder. */
  readonly replaces: readonly GoReplace[]
  /** The language version; from 1.17 on all modules of the build are listed. */
  readonly goVersion?: string
  /** Lines that are no directive. */
  readonly badLines: readonly number[]
}

export interface GoRequire {
  readonly path: string
  readonly version: string
}

export interface GoReplace {
  readonly path: string
  readonly version?: string
  readonly by: { readonly path: string; readonly version?: string }
}

/** Reads the directives; blocks `require ( … )` as well as single lines. */
export function parseGoMod(text: string): GoMod {
  const requires: GoRequire[] = []
  const replaces: GoReplace[] = []
  const badLines: number[] = []
  let goVersion: string | undefined
  let block = ''
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(unquote)
    if (words.length === 0) continue
    if (block !== '' && words[0] === ')') {
      block = ''
      continue
    }
    if (block === '' && words[1] === '(' && words.length === 2) {
      block = words[0] ?? ''
      continue
    }
    const [directive, ...rest] = block === '' ? words : [block, ...words]
    if (directive === 'go') goVersion = rest[0]
    else if (directive === 'require') {
      const [path, version] = rest
      if (path === undefined || version === undefined) badLines.push(index + 1)
      else requires.push({ path, version })
    } else if (directive === 'replace') {
      const replace = replaceOf(rest)
      if (replace === undefined) badLines.push(index + 1)
      else replaces.push(replace)
    }
  }
  return { requires, replaces, badLines, ...(goVersion === undefined ? {} : { goVersion }) }
}

const unquote = (word: string): string => word.replace(/^(["`])(?<inner>.*)\1$/, '$<inner>')

// `path [version] => path [version]`
function replaceOf(words: readonly string[]): GoReplace | undefined {
  const arrow = words.indexOf('=>')
  const [path, version] = words.slice(0, arrow)
  const [byPath, byVersion] = words.slice(arrow + 1)
  if (arrow < 1 || path === undefined || byPath === undefined) return undefined
  return {
    path,
    ...(version === undefined ? {} : { version }),
    by: { path: byPath, ...(byVersion === undefined ? {} : { version: byVersion }) },
  }
}
