import { RecordError } from '@posthorn/contracts'
import { describeValue } from '../values/describeValue.ts'
import { OutcomeWindow } from './outcomeWindow.ts'
import type { SendAllOptions, SendOutcome } from './producer.ts'
import type { RecordSource, SourcePort } from './sourcePull.ts'
import { SourcePull } from './sourcePull.ts'

/** More records than are on their way at a time anywhere near, and few enough to hold. */
const DEFAULT_MAX_OUTSTANDING = 10_000

/** See {@link Producer.sendAll}. Throws at once for arguments that cannot be. */
export function sendAll<K, V>(
  port: SourcePort<K, V>,
  records: RecordSource<K, V>,
  { signal, maxOutstanding = DEFAULT_MAX_OUTSTANDING }: SendAllOptions,
): AsyncGenerator<SendOutcome<K, V>, void, undefined> {
  const given: unknown = records
  if (typeof given !== 'object' || given === null || !(Symbol.asyncIterator in given || Symbol.iterator in given)) {
    const message = `records of sendAll: expected an iterable or async iterable, received ${describeValue(given)}`
    throw new RecordError('INVALID_ARGUMENT', message)
  }
  if (!(maxOutstanding >= 1)) {
    const message = `maxOutstanding of sendAll: expected 1 or more, received ${String(maxOutstanding)}`
    throw new RecordError('INVALID_ARGUMENT', message)
  }
  return outcomes(port, records, signal, maxOutstanding)
}

/** The consumer's side: gives outcomes in order while the other side pulls and sends. */
async function* outcomes<K, V>(
  port: SourcePort<K, V>,
  records: RecordSource<K, V>,
  signal: AbortSignal | undefined,
  maxOutstanding: number,
): AsyncGenerator<SendOutcome<K, V>, void, undefined> {
  signal?.throwIfAborted()
  const window = new OutcomeWindow<K, V>(maxOutstanding)
  const pull = new SourcePull(port, records, window)
  const onAbort = (): void => pull.end({ error: signal?.reason as unknown })
  signal?.addEventListener('abort', onAbort)
  try {
    pull.start()
    for (let next = await window.next(); next !== null; next = await window.next()) yield next
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await pull.stop()
  }
  // Whatever was thrown, by the source or as a signal's reason, is the caller's own.
  if (pull.failure !== null) throw pull.failure.error
}
