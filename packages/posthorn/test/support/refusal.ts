import type { KafkaError, Producer, ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'
import { expect } from 'vitest'

/** How long a connection may take to be set up, in ms. */
export const SETUP_MS = 10_000
/** How long an application goes on sending, in ms, although it was refused. */
const INSISTS_MS = 700

/** What came of sending to a cluster that cannot be reached as asked. */
export interface Refusal {
  readonly code: string
  /** Code of the cause. */
  readonly cause: string | undefined
  readonly retriable: boolean
  readonly action: string
  /** What the error says; of a time-out, what its cause says. */
  readonly text: string
  /** Until the first record failed. */
  readonly ms: number
  /** Connections that were made and lost until then. */
  readonly attempts: number
  /** Connections that were made and lost while the application went on sending, those before included. */
  readonly insisted: number
  /** As many as `reconnectBackoffMs` and `reconnectBackoffMaxMs` allow in that time. */
  readonly mostAttempts: number
  /** What another producer in the process stored meanwhile, and what went wrong for it. */
  readonly beside: { readonly stored: number; readonly wrong: readonly unknown[] }
}

/** Refused for good: told at once, not tried without end, and nobody else notices (SAS-05, TLS-03, MDT-17). */
export function expectRefusedForGood(refused: Refusal, code: string, text: RegExp): void {
  expect(refused).toMatchObject({ code, retriable: false, action: 'fix' })
  expect(refused.text).toMatch(text)
  expect(refused.ms).toBeLessThan(SETUP_MS)
  expect(refused.attempts).toBe(1)
  expect(refused.insisted).toBeGreaterThan(1)
  expect(refused.insisted).toBeLessThanOrEqual(refused.mostAttempts)
  expect(refused.beside.stored).toBeGreaterThan(0)
  expect(refused.beside.wrong).toEqual([])
}

/** Attempts in so many ms, at most: pauses of 50, 100, 200, 400, 800, 1000, 1000, … ms, less a fifth. */
function attemptsWithin(ms: number): number {
  let attempts = 1
  for (let at = 40, pause = 50; at <= ms; at += 0.8 * Math.min(1000, pause)) {
    attempts++
    pause *= 2
  }
  return attempts
}

/** Sends and sends again over `options`, while another producer sends to `besideServers`. */
export async function refusalOf(besideServers: string, options: ProducerOptions): Promise<Refusal> {
  const beside = sendingOn(besideServers)
  let attempts = 0
  const onDisconnect = (): void => {
    attempts++
  }
  const producer = createProducer({
    maxBlockMs: 1500,
    socketConnectionSetupTimeoutMs: SETUP_MS,
    ...options,
    hooks: [() => ({ name: 'counts', onDisconnect })],
  })
  const start = performance.now()
  const error = await failureOf(producer)
  const [ms, first] = [Math.round(performance.now() - start), attempts]
  do await failureOf(producer)
  while (performance.now() - start < INSISTS_MS)
  const [insisted, mostAttempts] = [attempts, attemptsWithin(performance.now() - start)]
  await producer.close({ timeoutMs: 0 })
  const cause = error.cause as KafkaError | undefined
  const text = error.code === 'METADATA_TIMEOUT' ? (cause?.message ?? '') : error.message
  return {
    code: error.code,
    cause: cause?.code,
    retriable: error.retriable,
    action: error.action,
    text,
    ms,
    attempts: first,
    insisted,
    mostAttempts,
    beside: await beside(),
  }
}

async function failureOf(producer: Pick<Producer<string, string>, 'send'>): Promise<KafkaError> {
  const [outcome] = await Promise.allSettled([producer.send({ topic: 'refused', value: 'x' })])
  if (outcome.status === 'fulfilled') throw new Error('it was stored')
  return outcome.reason as KafkaError
}

/** A producer that sends one record after the other, until the function that is returned is called. */
function sendingOn(bootstrapServers: string): () => Promise<Refusal['beside']> {
  const wrong: unknown[] = []
  const producer = createProducer({
    bootstrapServers,
    hooks: [() => ({ name: 'sees', onDisconnect: ({ error }) => error !== null && wrong.push(error) })],
  })
  let [stored, isOver] = [0, false]
  const sending = (async () => {
    do {
      await producer.send({ topic: 'beside', value: 'y' })
      stored++
    } while (!isOver)
  })().catch((error: unknown) => wrong.push(error))
  return async () => {
    isOver = true
    await sending
    await producer.close()
    return { stored, wrong }
  }
}
