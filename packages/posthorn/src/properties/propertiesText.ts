import { ConfigError } from '@posthorn/contracts'

/** One `key=value` of a properties file, unescaped, as it stands in the file. */
export interface Property {
  /** Without escapes; may be empty. */
  readonly key: string
  /** The same. Blanks at its end are part of it. */
  readonly value: string
}

/**
 * Reads Java's `.properties` syntax just as `java.util.Properties.load` does: comments, continuation lines, `=`, `:` or
 * blanks between key and value, `\uXXXX` and the other escapes. Bytes are ISO-8859-1, as they are to Java. A key may come
 * more than once; to Java the last one counts. Throws a `ConfigError` for a `\u` without four hexadecimal digits, which is
 * the only thing that the syntax knows to be wrong.
 */
export function parsePropertiesText(source: string | Uint8Array): readonly Property[] {
  const text = typeof source === 'string' ? source : latin1(source)
  return logicalLines(text).map(splitLine)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

const isBlank = (char: string): boolean => char === ' ' || char === '\t' || char === '\f'
const isLineEnd = (char: string): boolean => char === '\n' || char === '\r'

/**
 * Lines without comments, empty lines and the blanks at their beginning; continued ones in one piece. Java's reader is a
 * machine of a few flags, and odd inputs (a continued comment, a continuation that is all blank) come out right only if
 * the flags are the same.
 */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  let skipsBlanks = true
  let isContinued = false
  let escapes = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (skipsBlanks) {
      if (isBlank(char) || (!isContinued && isLineEnd(char))) continue
      skipsBlanks = false
      isContinued = false
    }
    if (line === '' && (char === '#' || char === '!')) {
      while (at < text.length && !isLineEnd(text[at] as string)) at++
      skipsBlanks = true
    } else if (!isLineEnd(char)) {
      line += char
      escapes = char === '\\' && !escapes
    } else if (line === '') {
      skipsBlanks = true
    } else if (escapes && at + 1 < text.length) {
      line = line.slice(0, -1)
      skipsBlanks = true
      isContinued = true
      escapes = false
      if (char === '\r' && text[at + 1] === '\n') at++
    } else {
      lines.push(escapes ? line.slice(0, -1) : line)
      line = ''
      skipsBlanks = true
      escapes = false
    }
  }
  if (line !== '') lines.push(escapes ? line.slice(0, -1) : line)
  return lines
}

function splitLine(line: string): Property {
  let keyEnd = 0
  let hasSeparator = false
  let escapes = false
  let valueStart = line.length
  for (; keyEnd < line.length; keyEnd++) {
    const char = line[keyEnd] as string
    if (!escapes && (char === '=' || char === ':' || isBlank(char))) {
      hasSeparator = !isBlank(char)
      valueStart = keyEnd + 1
      break
    }
    escapes = char === '\\' && !escapes
  }
  for (; valueStart < line.length; valueStart++) {
    const char = line[valueStart] as string
    if (isBlank(char)) continue
    if (hasSeparator || (char !== '=' && char !== ':')) break
    hasSeparator = true
  }
  const key = unescape(line.slice(0, keyEnd), null)
  return { key, value: unescape(line.slice(valueStart), key) }
}

const named: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
])

/** `key` is whose value it is, for the error; the text itself may be a secret. */
function unescape(text: string, key: string | null): string {
  if (!text.includes('\\')) return text
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (char !== '\\') {
      plain += char
      continue
    }
    at++
    const escaped = text[at] ?? ''
    if (escaped !== 'u') {
      plain += named.get(escaped) ?? escaped
      continue
    }
    const digits = text.slice(at + 1, at + 5)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
      const where = key === null ? 'in a key' : `in the value of ${key}`
      throw new ConfigError(`properties: expected four hexadecimal digits after \\u ${where}`)
    }
    plain += String.fromCharCode(Number.parseInt(digits, 16))
    at += 4
  }
  return plain
}
