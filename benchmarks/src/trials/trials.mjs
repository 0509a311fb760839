import { hooksTable, runHooks } from './hooks.mjs'
import { runIdempotence } from './idempotence.mjs'
import { runIdle } from './idle.mjs'
import { runManyPartitions } from './manyPartitions.mjs'
import { runMemory } from './memory.mjs'
import { neighbourTable, runNeighbour } from './neighbour.mjs'
import { offThreadTable, runOffThread } from './offThread.mjs'
import { plotOf } from '../plots/curves.mjs'
import { runSilentBroker } from './silentBroker.mjs'
import { runTls } from './tls.mjs'

/**
 * A question about the producer alone, with an answer that is a ratio or a bound.
 *
 * @typedef {object} Trial
 * @property {string} what
 * @property {Readonly<Record<string, number>>} settings each can be replaced by a flag
 * @property {(settings: any) => Promise<readonly any[]>} run
 * @property {(settings: any, runs: readonly any[]) => string} [plot]
 * @property {(runs: readonly any[]) => string} [table]
 */

/** @type {Readonly<Record<string, Trial>>} */
export const trials = {
  memory: {
    what: 'an application that never awaits, and a cluster that never answers',
    settings: {
      records: 5_000_000,
      rounds: 1,
      bufferMemory: 33_554_432,
      deliveryTimeoutMs: 20_000,
      maxBlockMs: 10_000,
      heapMb: 0,
    },
    run: runMemory,
    plot: ({ bufferMemory, records }, runs) =>
      plotOf({
        title: `${records.toLocaleString('en-US')} records of 100 bytes, nothing answered`,
        x: 'seconds',
        y: 'resident memory, MB',
        curves: runs.map(({ mode, silence, samples }) => ({
          name: `${mode}, ${silence}`,
          points: samples.map((/** @type {import('./heedless.mjs').Sample} */ { ms, rss }) => [ms / 1000, rss]),
        })),
        lines: [{ name: 'bufferMemory', y: bufferMemory / 1e6 }],
      }),
  },
  'silent-broker': {
    what: 'throughput to two brokers while a third is silent, by that before and after',
    settings: { rounds: 5, phaseMs: 5000 },
    run: runSilentBroker,
  },
  'many-partitions': {
    what: 'CPU per record with 10,000 partitions, by that with 6',
    settings: { rounds: 3, records: 500_000 },
    run: runManyPartitions,
  },
  idempotence: {
    what: 'CPU per record with idempotence, by that without',
    settings: { rounds: 9, records: 1_000_000 },
    run: runIdempotence,
  },
  hooks: {
    what: 'CPU per record with interceptors, hooks and OpenTelemetry, by that without',
    settings: {
      rounds: 9,
      segments: 40,
      records: 20_000,
      batchSize: 16_384,
      sockets: 0,
      promises: 0,
      skip: 0,
      first: 16,
    },
    run: runHooks,
    table: hooksTable,
  },
  tls: {
    what: 'CPU per record over TLS, by that over plain TCP',
    settings: { rounds: 7, records: 1_000_000, seconds: 60 },
    run: runTls,
  },
  neighbour: {
    what: 'how late the event loop is while records are produced at full speed, and HTTP answers of the same process',
    settings: { rounds: 3, phaseMs: 4000, warmupMs: 2000, requestsPerSecond: 200, window: 10_000, first: 9 },
    run: runNeighbour,
    table: neighbourTable,
  },
  'off-thread': {
    what: 'CPU of the application’s thread with a producer in another one, by that with a producer of its own',
    settings: { rounds: 5, records: 500_000 },
    run: runOffThread,
    table: offThreadTable,
  },
  idle: {
    what: 'CPU of a producer with nothing to send',
    settings: { rounds: 1, phaseMs: 20_000 },
    run: runIdle,
  },
}
