import type { ProducerRecord, Serialized, Serializer } from '@posthorn/contracts'
import { KafkaError, RecordError } from '@posthorn/contracts'
import { encodeUtf8 } from '@posthorn/protocol'
import { describeValue } from '../values/describeValue.ts'
import { noHeaders } from '../values/noHeaders.ts'
import { encodeHeaders, HeaderList } from './headers.ts'
import type { SerializedRecord } from './pendingSend.ts'

/** Runs a producer's serializers, key first (SER-01). */
export class Serialization {
  private readonly key: Serializer<unknown> | null
  private readonly value: Serializer<unknown> | null

  constructor(key: Serializer<unknown> | null, value: Serializer<unknown> | null) {
    this.key = key
    this.value = value
  }

  /** Whether there is a serializer, so that keys and values are not only bytes and strings. */
  get isNeeded(): boolean {
    return this.key !== null || this.value !== null
  }

  /**
   * Fills `into` and returns null, or returns a promise of the bytes when a serializer is asynchronous. Throws a
   * {@link RecordError} `SERIALIZATION_FAILED`, or rejects with it, when a value is refused.
   */
  run(record: ProducerRecord<unknown, unknown>, into: SerializedRecord): Promise<SerializedRecord> | null {
    if (this.key === null && this.value === null) {
      into.key = bytesOf(record.key ?? null, record.topic, 'key')
      into.value = bytesOf(record.value ?? null, record.topic, 'value')
      into.headers = record.headers === undefined ? noHeaders : encodeHeaders(record.headers)
      return null
    }
    const headers = new HeaderList(record.headers)
    const key = serialize(this.key, record.key ?? null, record.topic, headers, 'key')
    if (isThenable(key)) return this.finish(record, headers, key)
    const value = serialize(this.value, record.value ?? null, record.topic, headers, 'value')
    if (isThenable(value)) return this.finish(record, headers, kept(key), value)
    into.key = bytesOf(key, record.topic, 'key')
    into.value = bytesOf(value, record.topic, 'value')
    into.headers = headers.encode()
    return null
  }

  /** What tells the serializers that the producer has closed. */
  closers(): (() => void)[] {
    return [() => this.key?.close?.(), () => this.value?.close?.()]
  }

  private async finish(
    record: ProducerRecord<unknown, unknown>,
    headers: HeaderList,
    startedKey: Serialized | PromiseLike<Serialized>,
    startedValue?: PromiseLike<Serialized>,
  ): Promise<SerializedRecord> {
    const { topic } = record
    headers.own()
    const key = bytesOf(await settled(startedKey, topic, 'key', this.key), topic, 'key')
    const started = startedValue ?? kept(serialize(this.value, record.value ?? null, topic, headers, 'value'))
    const value = bytesOf(await settled(started, topic, 'value', this.value), topic, 'value')
    return { key, value, headers: headers.encode() }
  }
}

type Part = 'key' | 'value'

function serialize(
  serializer: Serializer<unknown> | null,
  given: unknown,
  topic: string,
  headers: HeaderList,
  part: Part,
): Serialized | PromiseLike<Serialized> {
  if (given === null || given === undefined) return null
  if (serializer === null) return given as Serialized
  try {
    return serializer.serialize(topic, given, headers)
  } catch (error) {
    throw refused(topic, part, serializer, error)
  }
}

/** A copy of what is there at once: its memory is the caller's, or the next record's, while another part is waited for. */
function kept(given: Serialized | PromiseLike<Serialized>): Serialized | PromiseLike<Serialized> {
  return given instanceof Uint8Array ? new Uint8Array(given) : given
}

async function settled(
  value: Serialized | PromiseLike<Serialized>,
  topic: string,
  part: Part,
  serializer: Serializer<unknown> | null,
): Promise<Serialized> {
  try {
    return await value
  } catch (error) {
    throw refused(topic, part, serializer, error)
  }
}

function refused(topic: string, part: Part, serializer: Serializer<unknown> | null, cause: unknown): KafkaError {
  if (cause instanceof KafkaError && cause.code === 'SERIALIZATION_FAILED') return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  const message = `${part}Serializer ${serializer?.name ?? 'bytes'} refused a ${part} for topic ${topic}: ${why}`
  return new RecordError('SERIALIZATION_FAILED', message, { topic, cause })
}

/** Bytes as they are, strings as UTF-8; anything else is refused by name. */
function bytesOf(given: unknown, topic: string, part: Part): Uint8Array | null {
  if (given === null || given instanceof Uint8Array) return given
  if (typeof given === 'string') return encodeUtf8(given)
  const received = describeValue(given)
  const hint = typeof given === 'object' ? `; a ${part}Serializer such as json() turns objects into bytes` : ''
  const message = `${part} for topic ${topic}: expected a string, a Uint8Array or null, received ${received}${hint}`
  throw new RecordError('SERIALIZATION_FAILED', message, { topic })
}

function isThenable(value: unknown): value is PromiseLike<Serialized> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
