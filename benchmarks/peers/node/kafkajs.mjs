// kafkajs: `single`, one `send()` per record, and `batch`. It knows neither linger nor batch size.
import { drive } from '../../src/driver/drive.mjs'
import { load } from './load.mjs'
import { inBatches, oneByOne } from './senders.mjs'

await drive(process.argv.slice(2), ['single', 'batch'], async (flags, payloads, tally) => {
  const { library, version } = await load('kafkajs')
  const { CompressionCodecs, CompressionTypes, Kafka, Partitioners, logLevel } = library.default ?? library
  if (flags.codec === 'lz4' || flags.codec === 'snappy')
    await addCodec(CompressionCodecs, CompressionTypes, flags.codec)
  if (flags.codec === 'zstd') throw new Error('kafkajs has no zstd')
  const kafka = new Kafka({ clientId: 'bench', brokers: flags.bootstrap.split(','), logLevel: logLevel.ERROR })
  const producer = kafka.producer({
    idempotent: flags.idempotent,
    maxInFlightRequests: flags.maxInflight,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const acks = flags.acks === 'all' ? -1 : flags.acks
  const compression = CompressionTypes[flags.codec === 'none' ? 'None' : flags.codec.toUpperCase()]
  /** @type {import('./senders.mjs').SendMany} */
  const sendMany = (messages) => producer.send({ topic: flags.topic, messages, acks, compression })
  const how =
    flags.mode === 'batch'
      ? inBatches(flags.batchRecords, sendMany, payloads, tally)
      : oneByOne(sendMany, payloads, tally)
  const peer = flags.mode === 'single' ? 'kafkajs' : `kafkajs:${flags.mode}`
  return { peer, version, ...how, close: () => producer.disconnect() }
})

/**
 * kafkajs has gzip only; the others come from whoever uses it.
 *
 * @param {Record<number, unknown>} codecs
 * @param {Record<string, number>} types
 * @param {'lz4' | 'snappy'} codec
 */
async function addCodec(codecs, types, codec) {
  const { library } = await load(codec === 'lz4' ? 'lz4-napi' : 'snappy')
  const compress = codec === 'lz4' ? (library.compressFrame ?? library.default.compressFrame) : library.compress
  codecs[/** @type {number} */ (types[codec.toUpperCase()])] = () => ({
    compress: (/** @type {{ buffer: Buffer }} */ { buffer }) => compress(buffer),
    decompress: () => Promise.reject(new Error('nothing is read here')),
  })
}
