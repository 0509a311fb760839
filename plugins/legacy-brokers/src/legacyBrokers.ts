import type { AppendedRecords, BrokerCompatibility, Codec, Plugin } from '@posthorn/contracts'
import { KafkaError, UnsupportedVersionError } from '@posthorn/contracts'
import { assumedVersions } from './assumedVersions.ts'
import { withBrokenHeaderChecksum } from './lz4Header.ts'
import type { OldFormat } from './messageSet.ts'
import { messageSet, wrapperMessage } from './messageSet.ts'
import { oldProduce } from './oldProduce.ts'
import type { LegacyBrokersOptions } from './options.ts'
import { legacyBrokersSettings } from './options.ts'
import type { PlainRecord } from './plainRecord.ts'
import { readPlainRecords } from './plainRecord.ts'

/** First version of Produce that takes record format v1. */
const FORMAT_1_FROM = 2

/** Speaks to Kafka 0.9 and 0.10: give it to a producer as `legacyBrokers`. */
export function legacyBrokers(options: LegacyBrokersOptions = {}): Plugin<BrokerCompatibility> {
  const { dropHeaders, askTimeoutMs } = legacyBrokersSettings(options)
  return ({ logger }) => {
    let told = false
    const records = (batch: AppendedRecords): PlainRecord[] => {
      const { records: plain, withHeaders } = readPlainRecords(batch)
      if (withHeaders > 0 && !dropHeaders) throw headersRefused(batch, withHeaders)
      if (withHeaders > 0 && !told) {
        told = true
        logger.warn('records are sent without their headers, which a broker before Kafka 0.11 cannot store')
      }
      return plain
    }
    return {
      name: 'legacyBrokers',
      askTimeoutMs,
      assumedVersions,
      produce: oldProduce,
      messages(batch, codec, produceVersion) {
        const format = produceVersion < FORMAT_1_FROM ? 0 : 1
        if (codec?.name === 'zstd') throw zstdRefused(batch)
        const plain = records(batch)
        const set = messageSet(plain, format)
        return codec === null ? set : compress(set, codec, plain, format)
      },
    }
  }
}

/** Once compressed, messages are the value of another message. */
function compress(
  set: Uint8Array,
  codec: Codec,
  records: readonly PlainRecord[],
  format: OldFormat,
): Uint8Array | Promise<Uint8Array> {
  const wrap = (compressed: Uint8Array): Uint8Array => {
    const value = codec.name === 'lz4' && format === 0 ? withBrokenHeaderChecksum(compressed) : compressed
    return wrapperMessage(value, codec.attribute, records, format)
  }
  const compressed = codec.compress(set)
  return compressed instanceof Uint8Array ? wrap(compressed) : compressed.then(wrap)
}

function headersRefused({ partition: { topic, partition }, recordCount }: AppendedRecords, count: number): KafkaError {
  const message =
    `${count} of ${recordCount} record(s) for ${topic}-${partition} have headers, which a broker before Kafka 0.11 ` +
    "cannot store; legacyBrokers({ headers: 'drop' }) sends records without them"
  return new UnsupportedVersionError(message, { topic, partition })
}

function zstdRefused({ partition: { topic, partition } }: AppendedRecords): KafkaError {
  const message = `records for ${topic}-${partition} are compressed by zstd, which brokers before Kafka 2.1 cannot read`
  return new KafkaError('UNSUPPORTED_COMPRESSION_TYPE', message, { topic, partition })
}
