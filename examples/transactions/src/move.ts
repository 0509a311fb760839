import { Kafka, logLevel } from 'kafkajs'
import { createProducer } from 'posthorn'
import { chunksOf } from './chunks.ts'
import { Ends } from './ends.ts'
import { invoiceOf } from './invoice.ts'
import { Membership } from './membership.ts'

/** What is moved, and as whom. */
export interface MoveOptions {
  readonly bootstrapServers: readonly string[]
  /** Topic of the orders. */
  readonly input: string
  /** Topic of the invoices. */
  readonly output: string
  readonly groupId: string
  /** Another one for each process of the group, and the same after a restart. */
  readonly transactionalId: string
  /** After this long without a heartbeat the group gives our partitions to somebody else. */
  readonly sessionTimeoutMs: number
  /** Records that are consumed in one transaction, at most. */
  readonly recordsPerTransaction: number
  /** Stop where the input ended at the start, instead of waiting for more. */
  readonly untilDrained: boolean
  /** Told once, when the first records are about to be moved. */
  readonly onStarted?: () => void
}

/** Longest that our transaction may stay open. With `sessionTimeoutMs` well above, README.md says why. */
const TRANSACTION_TIMEOUT_MS = 10_000

/** Makes an invoice of each order, exactly once, until `stop` or the end. Resolves with how many it made. */
export async function move(options: MoveOptions, stop: AbortSignal): Promise<number> {
  const { bootstrapServers, input, output, groupId, transactionalId, recordsPerTransaction } = options
  const producer = createProducer({
    bootstrapServers,
    transactionalId,
    transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
  })
  const kafka = new Kafka({ brokers: [...bootstrapServers], clientId: transactionalId, logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: options.sessionTimeoutMs,
    // Each call of heartbeat() below sends one.
    heartbeatInterval: 0,
    maxWaitTimeInMs: Math.min(1000, options.sessionTimeoutMs / 4),
    readUncommitted: false,
    retry: { restartOnFailure: () => Promise.resolve(producer.delivery.state !== 'FATAL_ERROR') },
  })
  const member = new Membership(consumer)
  const { promise: over, resolve: end, reject: fail } = Promise.withResolvers<null>()
  // It may fail while nobody waits for it yet.
  over.catch(() => {})
  stop.addEventListener('abort', () => end(null))
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) fail(payload.error)
  })
  const ends = new Ends()
  let moved = 0
  try {
    // Before the group tells where to go on: what an earlier life of ours left behind is committed or aborted by then.
    await producer.delivery.init()
    await consumer.connect()
    await consumer.subscribe({ topic: input, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (each) => {
        const { topic, partition } = each.batch
        for (const { messages, last, next } of chunksOf(each.batch, recordsPerTransaction)) {
          if (!each.isRunning() || each.isStale()) return
          await each.heartbeat()
          if (moved === 0) options.onStarted?.()
          // All of them first: a bad order must not leave sends behind that nobody awaits.
          const records = messages.map(({ key, value }) => ({ topic: output, key, value: invoiceOf(String(value)) }))
          try {
            await producer.delivery.run(() =>
              Promise.all([
                ...records.map((record) => producer.send(record)),
                producer.delivery.sendOffsets([{ topic, partition, offset: next }], member.metadata),
              ]),
            )
          } catch (error) {
            // The transaction is aborted. If the group has moved on, this tells kafkajs, which then joins it anew.
            await each.heartbeat()
            throw error
          }
          each.resolveOffset(last)
          moved += messages.length
          ends.reach(partition, next)
          if (ends.areReached) end(null)
        }
      },
    })
    if (options.untilDrained) {
      await Promise.race([joined, over])
      await ends.load(kafka, input, groupId)
      if (ends.areReached) end(null)
    }
    await over
  } finally {
    await consumer.disconnect()
    await producer.close()
  }
  return moved
}
