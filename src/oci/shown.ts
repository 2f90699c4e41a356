// Text out of manifests, configurations and answers of servers is a stranger's: it reaches messages in this form only.

/** `text` without control characters, marks that turn the direction of writing, and cut at `limit` characters. */
export function shown(text: string, limit = 200): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return plain.length > limit ? `${plain.slice(0, limit)}…` : plain
}
