/**
 * A workload by its name: what is sent, to what, and by whom.
 *
 * @typedef {object} Workload
 * @property {string} what in a few words
 * @property {Readonly<Record<string, string>>} flags of every driver, without the dashes
 * @property {Readonly<Record<string, string>>} brokers shape and delay of the brokers
 * @property {readonly string[]} peers `NAME[:MODE][@flag=value;flag=value]`, as the harness takes them
 */

const common = {
  records: '2000000',
  'value-size': '100',
  'linger-ms': '5',
  'batch-bytes': '65536',
  'max-seconds': '10',
}

// One `send()` per record is so slow in these that fewer records tell as much.
const slow = ['platformatic@records=200000', 'kafkajs@records=100000']
const native = ['java', 'librdkafka', 'franz-go']
const ours = ['posthorn', 'posthorn:callback']
// What a flag of Node makes of its memory.
const lean = ['posthorn-young16']
// Left out, as all are, where it is not installed.
const binding = ['confluent:callback', 'confluent:batch', 'confluent@records=200000']
const all = [...native, ...ours, 'platformatic:batch', 'kafkajs:batch', ...slow, ...binding]
const floor = ['floor', 'floor:callback']
const json = { ...common, records: '500000', 'value-size': '1024', 'key-size': '16', payload: 'json' }

/** @type {Readonly<Record<string, Workload>>} */
export const workloads = {
  W1: {
    what: '100-byte values, 6 partitions, linger 5 ms, batches of 64 KiB',
    flags: common,
    brokers: { partitions: '6' },
    peers: [...all, ...lean, ...floor],
  },
  W1b: {
    what: 'as W1, with batches of 16 KiB',
    flags: { ...common, 'batch-bytes': '16384' },
    brokers: { partitions: '6' },
    peers: [...all, ...floor],
  },
  W2: {
    what: '1 KiB of JSON, keys of 16 bytes, lz4',
    flags: { ...json, codec: 'lz4' },
    brokers: { partitions: '6' },
    peers: all,
  },
  W3: {
    what: '1 KiB of JSON, keys of 16 bytes, zstd',
    flags: { ...json, codec: 'zstd' },
    brokers: { partitions: '6' },
    // kafkajs has no zstd.
    peers: [...native, ...ours, 'platformatic:batch', 'platformatic@records=100000', ...binding],
  },
  W4: {
    what: 'random values of 10 KiB',
    // More outstanding than fit into `bufferMemory` would be refused: `send` does not block, as Java's does.
    flags: { ...common, records: '100000', 'value-size': '10240', window: '2000' },
    brokers: { partitions: '6' },
    peers: all,
  },
  W5: {
    what: '5,000 records of 100 bytes a second, linger 0',
    flags: { ...common, records: '25000', 'linger-ms': '0', rate: '5000' },
    brokers: { partitions: '6' },
    peers: [...native, ...ours, 'platformatic', 'kafkajs', 'confluent'],
  },
  W6: {
    what: 'as W1, with 100 partitions on 3 brokers',
    flags: common,
    brokers: { partitions: '100', brokers: '3' },
    peers: all,
  },
  stall: {
    what: '5,000,000 records sent without waiting, to a broker that is silent for 30 s',
    flags: { ...common, records: '5000000', warmup: '0', 'max-seconds': '0', 'stall-seconds': '30' },
    brokers: { partitions: '6', 'latency-ms': '60000' },
    peers: [...native, ...ours, ...lean, 'platformatic', 'kafkajs'],
  },
}
