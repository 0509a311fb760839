import type { Plugin, Serializer } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { describe } from './describe.ts'
import type { StringEncoding } from './encodings.ts'
import { encodings } from './encodings.ts'

/** Options of {@link string}. */
export interface StringOptions {
  /** `serializer.encoding`. Default `UTF-8`, which is also the quickest. */
  readonly encoding?: StringEncoding | undefined
}

/**
 * Strings, as UTF-8 unless `encoding` says otherwise (`StringSerializer`). In UTF-8 and UTF-16 a surrogate without its
 * partner becomes U+FFFD; in the others, what they have no byte for becomes a question mark. UTF-16 is written without a
 * byte order mark. Refuses everything but a string with a `TypeError` that tells what it got. Throws a `ConfigError` for an
 * encoding that it does not know.
 */
export function string({ encoding = 'UTF-8' }: StringOptions = {}): Plugin<Serializer<string>> {
  if (!Object.hasOwn(encodings, encoding)) {
    const names = Object.keys(encodings).join(', ')
    throw new ConfigError(`string: encoding must be one of ${names}; got ${JSON.stringify(encoding)}`)
  }
  const encode = encodings[encoding]
  return () => ({ name: 'string', serialize: (_topic, value) => encode(checked(value)) })
}

function checked(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected a string, got ${describe(value)}`)
}
