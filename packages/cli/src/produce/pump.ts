import { setImmediate as nextTurn } from 'node:timers/promises'
import { KafkaError, type Producer } from 'posthorn'
import type { InputRecord } from './record.ts'
import type { Tally } from './tally.ts'

/** Where records go, and who counts them. */
export interface PumpTarget {
  readonly producer: Producer<Uint8Array | string, Uint8Array | string>
  readonly topic: string
  readonly tally: Tally
  /** Ends the pump before the next record. */
  readonly stop: AbortSignal
}

/**
 * A pipe that is always full would be read dozens of times before anything else gets its turn; requests, answers and
 * signals get one after so many bytes.
 */
const TURN_BYTES = 65_536
const RECORD_OVERHEAD_BYTES = 8

/**
 * Gives records to the producer as fast as it takes them. While it has no memory nothing is read, so what is held never
 * depends on how much input there is. Records that cannot be sent are counted and the rest goes on; an error after
 * which nothing can be sent any more is thrown.
 */
export async function pump(source: AsyncIterable<readonly InputRecord[]>, target: PumpTarget): Promise<void> {
  const { producer, topic, tally, stop } = target
  // The producer needs it only during the call, so one does for all.
  const record = { topic, key: null as InputRecord['key'], value: null as InputRecord['value'] }
  const isStopped = (): boolean => stop.aborted
  let sinceTurn = 0
  for await (const batch of source) {
    for (const { line, key, value } of batch) {
      if (isStopped()) return
      if (value === null) {
        tally.onRead(0)
        tally.onRefused('MESSAGE_TOO_LARGE', `line ${line}: longer than a request may be (maxRequestSize)`)
        continue
      }
      record.key = key
      record.value = value
      const bytes = sizeOf(key) + sizeOf(value)
      try {
        while (!producer.trySend(record, tally.onOutcome)) {
          await producer.ready()
          if (isStopped()) return
        }
        tally.onRead(bytes)
      } catch (error) {
        if (!(error instanceof KafkaError) || error.severity === 'fatal') throw error
        tally.onRead(bytes)
        tally.onRefused(error.code, `line ${line}: ${error.message}`)
      }
      sinceTurn += bytes + RECORD_OVERHEAD_BYTES
      if (sinceTurn >= TURN_BYTES) {
        sinceTurn = 0
        await nextTurn()
      }
    }
  }
}

function sizeOf(bytes: Uint8Array | string | null): number {
  if (bytes === null) return 0
  return typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
}
