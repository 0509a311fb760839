const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g
const LINE_LENGTH = 64

/**
 * PEM as it should be, from PEM as it survives in a properties file: with lines that ended in blanks, or in nothing at
 * all, because they were continued. `null` when there is no block in it.
 */
export function inlinePem(text: string): string | null {
  const blocks: string[] = []
  for (const [, label = '', body = ''] of text.matchAll(BLOCK)) {
    // Headers such as Proc-Type have meaning only on lines of their own, so such a block is taken as it is or not at all.
    const lines = body.includes(':')
      ? body.trim().split(/\r?\n/)
      : (body.replaceAll(/\s/g, '').match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [])
    blocks.push(`-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`)
  }
  return blocks.length === 0 ? null : blocks.join('')
}
