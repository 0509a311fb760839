import type { Env, HeaderValue, RecordHeader, RecordHeaders } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'

/** Headers of a record, which a test reads. */
export class Headers implements RecordHeaders {
  readonly list: RecordHeader[] = []

  get size(): number {
    return this.list.length
  }

  add(key: string, value: HeaderValue): void {
    this.list.push({ key, value })
  }

  [Symbol.iterator](): Iterator<RecordHeader> {
    return this.list[Symbol.iterator]()
  }
}

/** What a plugin is given, with the warnings that it writes. */
export function envWithLog(): { readonly env: Env; readonly warnings: string[] } {
  const warnings: string[] = []
  const logger = { ...noopLogger, warn: (message: string) => void warnings.push(message) }
  const clock = { now: () => 0, epochMs: () => 0, schedule: () => noTimer }
  return { env: { clock, random: () => 0, logger, clientId: 'test' }, warnings }
}
