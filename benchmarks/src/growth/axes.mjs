/**
 * What one point of a curve is measured with.
 *
 * @typedef {object} Setting
 * @property {Readonly<Record<string, string | number>>} [flags] of the driver
 * @property {Readonly<Record<string, string | number>>} [brokers] of the null broker
 */

/**
 * Something that grows, and what is asked of it.
 *
 * @typedef {object} Axis
 * @property {string} what
 * @property {string} x
 * @property {readonly number[]} values
 * @property {boolean} [logY]
 * @property {readonly { name: string, flags?: Readonly<Record<string, string>>, setting: (value: number) => Setting }[]} curves
 */

const SMALL = 600_000

/**
 * Both ways to send.
 *
 * @param {(value: number) => Setting} setting
 * @param {string} [suffix]
 */
function both(setting, suffix = '') {
  return [
    { name: `send${suffix}`, flags: { mode: 'single' }, setting },
    { name: `trySend${suffix}`, flags: { mode: 'callback' }, setting },
  ]
}

/** @param {number} megabytes */
const memory = (megabytes) => `bufferMemory=${megabytes * 1024 * 1024};maxBufferedRecords=2000000`

/**
 * Keys spread the records over all partitions, so that each has little at a time; there is memory and time for a batch
 * of every one.
 */
const spread = {
  'key-size': 8,
  'linger-ms': 200,
  'batch-bytes': 16_384,
  window: 300_000,
  records: SMALL,
  options: memory(512),
}

/** @type {Readonly<Record<string, Axis>>} */
export const axes = {
  'record-size': {
    what: 'values from 10 B to 1 MiB',
    x: 'bytes of a value',
    values: [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_048_576],
    logY: true,
    curves: both((size) => ({
      flags: {
        'value-size': size,
        records: Math.max(300, Math.min(SMALL, Math.floor(500e6 / (size + 40)))),
        // Within the buffer, which would else be what is measured.
        window: Math.max(8, Math.min(10_000, Math.floor(16e6 / size))),
        options: 'maxRequestSize=2097152',
      },
    })),
  },
  partitions: {
    what: '1 to 10,000 partitions of one topic',
    x: 'partitions',
    values: [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000],
    curves: [
      ...both((partitions) => ({ brokers: { partitions, brokers: 3 } }), ', no keys'),
      ...both((partitions) => ({ brokers: { partitions, brokers: 3 }, flags: spread }), ', keys, linger 200 ms'),
    ],
  },
  topics: {
    what: '1 to 1,000 topics of 6 partitions, of which the records take turns',
    x: 'topics',
    values: [1, 3, 10, 30, 100, 300, 1000],
    curves: both((topics) => ({
      brokers: { partitions: 6, brokers: 3 },
      flags: { topics, 'linger-ms': 200, 'batch-bytes': 16_384, window: 300_000, options: memory(256) },
    })),
  },
  brokers: {
    what: '1 to 30 brokers with 120 partitions in all',
    x: 'brokers',
    values: [1, 2, 3, 6, 10, 20, 30],
    curves: both((brokers) => ({ brokers: { partitions: 120, brokers } })),
  },
  'batch-size': {
    what: 'batches of 1 KiB to 1 MiB',
    x: 'batch.size, bytes',
    values: [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_000_000],
    curves: both((size) => ({ flags: { 'batch-bytes': size, window: 50_000 } })),
  },
  'in-flight': {
    what: '1 to 100 requests in flight, a broker that takes 5 ms; not idempotent, which allows 5',
    x: 'requests in flight per connection',
    values: [1, 2, 3, 5, 10, 20, 50, 100],
    curves: both((inFlight) => ({
      brokers: { 'latency-ms': 5 },
      flags: { 'max-inflight': inFlight, idempotent: 'false', window: 50_000 },
    })),
  },
  outstanding: {
    what: '100 to 1,000,000 records without an outcome',
    x: 'records outstanding',
    values: [100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000],
    curves: both((window) => ({
      flags: { window, records: window < 1000 ? 100_000 : Math.max(SMALL, 2 * window), options: memory(512) },
    })),
  },
}

/** What every point shares but for its own setting: W1. */
export const common = {
  'value-size': 100,
  records: SMALL,
  'linger-ms': 5,
  'batch-bytes': 65_536,
  'max-seconds': 3,
}
