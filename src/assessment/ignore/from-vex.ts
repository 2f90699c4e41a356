// VEX statements as ignore rules: what their author says is not affected or already fixed need not be reported.

import type { VexDocument, VexProduct, VexStatement } from '../../sbom/index.ts'
import type { IgnoreRule } from './rule.ts'

/** The rules of a document. `affected` and `under_investigation` hide nothing. */
export function rulesFromVex(document: VexDocument): readonly IgnoreRule[] {
  return document.statements
    .filter(({ status }) => status === 'not_affected' || status === 'fixed')
    .flatMap((statement) =>
      statement.products.flatMap((product) =>
        [statement.vulnerability, ...statement.aliases].flatMap((vulnerability) => {
          const scope = scopeOf(product)
          return scope === undefined
            ? []
            : [{ vulnerability, ...scope, reason: reasonOf(statement, document), origin: document.origin }]
        }),
      ),
    )
}

function reasonOf({ status, justification, detail }: VexStatement, { author }: VexDocument): string {
  const words = [status === 'fixed' ? 'fixed' : 'not affected', justification?.replaceAll('_', ' '), detail]
  return `${author ?? 'VEX'}: ${words.filter((word) => word !== undefined && word !== '').join(', ')}`
}

/**
 * A product is either the package itself or what the package is part of. Images are compared with what was scanned: by digest
 * where there is one, by repository otherwise. Undefined when nothing says which of them it is.
 */
function scopeOf({ id, component }: VexProduct): Pick<IgnoreRule, 'package' | 'artifact'> | undefined {
  if (component !== undefined) return { package: component, artifact: artifactOf(id) }
  if (id.startsWith('pkg:') && !isImage(id)) return { package: id }
  return { artifact: artifactOf(id) }
}

const isImage = (purl: string): boolean => /^pkg:(?:oci|docker)\//.test(purl)

function artifactOf(id: string): string {
  if (!isImage(id)) return id
  const digest = /@(sha\d+(?::|%3A)[a-f0-9]+)/i.exec(id)?.[1]
  if (digest !== undefined) return `*${decodeURIComponent(digest)}`
  const repository = new URLSearchParams(id.split('?')[1] ?? '').get('repository_url')
  const [, name = '', version] = /^pkg:\w+\/([^@?#]+)(?:@([^?#]+))?/.exec(id) ?? []
  return `${repository ?? `*${name}`}${version === undefined ? '*' : `*:${decodeURIComponent(version)}`}`
}
