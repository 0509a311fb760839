import type { ProducerOptions } from 'posthorn'
import type { Fault } from './faults.ts'
import { delays, failures, loss, recreation } from './faults.ts'
import type { FaultyRunOptions } from './faultyRun.ts'
import type { Stage } from './stage.ts'
import { PARTITIONS, TOPIC } from './stage.ts'
import type { Expectations } from './verdicts.ts'

/** A kind of run, and what has to hold in it. */
export interface Scenario extends FaultyRunOptions {
  readonly expected: Expectations
}

const all = { delivered: true, once: true, ordered: 'all' } as const
const once = { delivered: false, once: true, ordered: 'all' } as const
const anything = [...delays, ...failures]

/** Batches expire in the queue, between attempts and on their way. */
function hasty({ below }: Stage): Partial<ProducerOptions> {
  const requestTimeoutMs = 100 + below(700)
  return { requestTimeoutMs, lingerMs: 5, deliveryTimeoutMs: requestTimeoutMs + 5 + below(900) }
}

/** Every producer id has two epochs left. */
function worn(stage: Stage): Partial<ProducerOptions> {
  const change = (answer: object): object => ({ ...answer, producerEpoch: 32_766 })
  stage.cluster.intercept('InitProducerId', { change })
  return hasty(stage)
}

function forget({ cluster, below }: Stage): void {
  for (let partition = 0; partition < PARTITIONS; partition++) {
    if (below(3) > 0) cluster.forgetProducer(TOPIC, partition)
  }
}

function often(fault: Fault): Fault[] {
  return Array.from({ length: 4 }, () => fault)
}

/** The kinds of runs, by what goes wrong in them. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'what costs time only': { expected: all },
  'what costs time only, with gzip': { expected: all, options: () => ({ compression: 'gzip' }) },
  'batches refused for good': { expected: once, kinds: anything },
  'batches that expire': { expected: once, kinds: anything, options: hasty },
  'batches that expire, with gzip': {
    expected: once,
    kinds: anything,
    options: (stage) => ({ ...hasty(stage), compression: 'gzip' }),
  },
  // Under another id, brokers cannot tell that a request of the old one comes late (decision 0007).
  'producer ids that wear out': { expected: { ...once, ordered: 'acknowledged' }, kinds: anything, options: worn },
  'brokers that forgot the producer': { expected: once, kinds: anything, options: hasty, halfway: forget },
  'leaders that have lost records': { expected: once, kinds: [...anything, ...often(loss)], options: hasty },
  'a topic created anew': { expected: once, kinds: [...anything, ...often(recreation)], options: hasty },
  'a close in the middle': { expected: once, kinds: anything, options: hasty, closeEarly: true },
  'what costs time only, without idempotence': {
    expected: { delivered: true, once: false, ordered: 'acknowledged' },
    options: () => ({ enableIdempotence: false }),
  },
  'batches that expire, without idempotence': {
    expected: { delivered: false, once: false, ordered: 'acknowledged' },
    kinds: anything,
    options: (stage) => ({ ...hasty(stage), enableIdempotence: false }),
  },
}
