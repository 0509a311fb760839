import { ConfigError } from '@posthorn/contracts'

/** Options of `legacyBrokers`. */
export interface LegacyBrokersOptions {
  /**
   * What becomes of headers, which brokers before 0.11 cannot store: `refuse` fails the batch with
   * `UNSUPPORTED_VERSION`, `drop` sends the record without them, as the Java client of old did. Default `refuse`.
   */
  readonly headers?: 'refuse' | 'drop' | undefined
  /**
   * How long a broker has to tell its versions before it is taken for Kafka 0.9, which cannot, in ms; 0 to 30000. Kafka
   * 0.9 says nothing at all, so with it every broker costs this time once. 0: no broker is asked, all are taken for 0.9.
   * Default 2000.
   */
  readonly askTimeoutMs?: number | undefined
}

/** {@link LegacyBrokersOptions} with every hole filled. */
export interface LegacyBrokersSettings {
  /** Whether headers may be dropped. */
  readonly dropHeaders: boolean
  /** See {@link LegacyBrokersOptions.askTimeoutMs}. */
  readonly askTimeoutMs: number
}

/** Fills and checks options; throws a `ConfigError` that names key, value and expectation. */
export function legacyBrokersSettings(options: LegacyBrokersOptions): LegacyBrokersSettings {
  const { headers = 'refuse', askTimeoutMs = 2000 } = options as { headers?: unknown; askTimeoutMs?: number }
  if (headers !== 'refuse' && headers !== 'drop') {
    const received = typeof headers === 'string' ? JSON.stringify(headers) : typeof headers
    throw new ConfigError(`legacyBrokers: headers: expected 'refuse' or 'drop', received ${received}`)
  }
  if (!Number.isInteger(askTimeoutMs) || askTimeoutMs < 0 || askTimeoutMs > 30_000) {
    const expected = 'a whole number from 0 to 30000'
    throw new ConfigError(`legacyBrokers: askTimeoutMs: expected ${expected}, received ${String(askTimeoutMs)}`)
  }
  return { dropHeaders: headers === 'drop', askTimeoutMs }
}
