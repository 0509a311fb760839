/** A token: a word, a text in quotation marks, a number (which JAAS has no use for), or one other character. */
export type JaasToken =
  | { readonly kind: 'word' | 'quoted'; readonly text: string }
  | { readonly kind: 'number' }
  | { readonly kind: 'char'; readonly char: string }

const isLetter = (char: string): boolean => /[A-Za-z_$\u00a0-\uffff]/.test(char)
const isNumeric = (char: string): boolean => /[0-9.-]/.test(char)
const isSpace = (char: string): boolean => char <= ' '

/**
 * Cuts a `sasl.jaas.config` into tokens as Kafka does, which uses Java's `StreamTokenizer`: words may hold `.`, `-`, `_`
 * and `$`; texts stand in `"` or `'` with C's escapes and end with the line if not before; what begins with a digit is a
 * number; `//`, a lone `/` and slash-star begin comments.
 */
export function jaasTokens(text: string): readonly JaasToken[] {
  const tokens: JaasToken[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at] as string
    if (isSpace(char)) at++
    else if (char === '/') at = afterComment(text, at)
    else if (char === '"' || char === "'") at = takeQuoted(text, at, tokens)
    // A dash is a letter too, but Java looks for numbers first: none begins a word.
    else if (isNumeric(char) && beginsNumber(text, at)) at = takeNumber(text, at, tokens)
    else if (isLetter(char)) at = takeWord(text, at, tokens)
    else {
      tokens.push({ kind: 'char', char })
      at++
    }
  }
  return tokens
}

function afterComment(text: string, at: number): number {
  if (text[at + 1] === '*') {
    const end = text.indexOf('*/', at + 2)
    return end < 0 ? text.length : end + 2
  }
  // After a lone slash Java has read one character more before it looks for the line's end, whatever that one was.
  let end = at + 2
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++
  return end
}

function takeWord(text: string, from: number, tokens: JaasToken[]): number {
  let at = from
  while (at < text.length && (isLetter(text[at] as string) || isNumeric(text[at] as string))) at++
  tokens.push({ kind: 'word', text: text.slice(from, at) })
  return at
}

function beginsNumber(text: string, at: number): boolean {
  return text[at] !== '-' || /[0-9.]/.test(text[at + 1] ?? '')
}

function takeNumber(text: string, from: number, tokens: JaasToken[]): number {
  const [all] = /^-?[0-9]*\.?[0-9]*/.exec(text.slice(from)) as RegExpExecArray
  tokens.push({ kind: 'number' })
  return from + Math.max(all.length, 1)
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\u000b'],
])

function takeQuoted(text: string, from: number, tokens: JaasToken[]): number {
  const quote = text[from]
  let plain = ''
  let at = from + 1
  while (at < text.length && text[at] !== quote && text[at] !== '\n' && text[at] !== '\r') {
    if (text[at] !== '\\') {
      plain += text[at] as string
      at++
      continue
    }
    const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(text.slice(at + 1, at + 4))?.[0]
    const escaped = text[at + 1] ?? ''
    plain += octal === undefined ? (escapes.get(escaped) ?? escaped) : String.fromCharCode(Number.parseInt(octal, 8))
    at += 1 + (octal ?? escaped).length
  }
  tokens.push({ kind: 'quoted', text: plain })
  return text[at] === quote ? at + 1 : at
}
