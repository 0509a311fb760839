import { RecordError } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'

import {
  apiVersions,
  encodeRequest,
  encodeResponse,
  metadata,
  Reader,
  readRequestHeader,
  readResponseHeader,
} from '../src/index.ts'
import { fromHex, messageVectors, toHex } from './support/vectors.ts'

const vectors = messageVectors('Header')
const body = fromHex('0102030405')

/** Kafka's names for the fields of a request header. */
interface RequestHeaderBody {
  readonly requestApiKey: number
  readonly requestApiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

describe('request header', () => {
  it.each(vectors.filter((vector) => vector.kind === 'RequestHeader'))(
    'version $version, $variant, is that of Java, framed',
    (vector) => {
      const { requestApiKey, requestApiVersion, correlationId, clientId } = vector.body as unknown as RequestHeaderBody
      const flexibleFrom = vector.version === 2 ? 0 : Infinity
      const frame = encodeRequest(
        { key: requestApiKey, flexibleFrom },
        requestApiVersion,
        correlationId,
        clientId,
        body,
      )
      expect(toHex(frame.subarray(4))).toBe(vector.bytes + toHex(body))
      expect(new DataView(frame.buffer, frame.byteOffset).getInt32(0)).toBe(frame.length - 4)
      const reader = new Reader(frame.subarray(4), 'Request header')
      const header = readRequestHeader(reader, () => flexibleFrom)
      expect(header).toEqual({ apiKey: requestApiKey, apiVersion: requestApiVersion, correlationId, clientId })
      expect(reader.remaining).toBe(body.length)
    },
  )

  it('has version 1 below the first flexible version, 2 from it on', () => {
    expect(toHex(encodeRequest(metadata, 8, 7, 'c', body))).toBe('00000010000300080000000700016301' + '02030405')
    expect(toHex(encodeRequest(metadata, 9, 7, 'c', body))).toBe('00000011000300090000000700016300' + '0102030405')
  })

  it('of an unknown API is read as version 1', () => {
    const reader = new Reader(fromHex('03e7000100000007ffff'), 'Request header')
    expect(readRequestHeader(reader, () => undefined)).toMatchObject({ apiKey: 999, clientId: null })
    reader.finish()
  })

  it('refuses a client id of more than 32767 bytes', () => {
    expect(() => encodeRequest(metadata, 9, 7, 'c'.repeat(32768), body)).toThrow(RecordError)
  })
})

describe('response header', () => {
  it.each(vectors.filter((vector) => vector.kind === 'ResponseHeader'))(
    'version $version, $variant, is that of Java, framed',
    (vector) => {
      const correlationId = vector.body['correlationId'] as number
      const api = { key: 3, flexibleFrom: vector.version === 1 ? 0 : Infinity }
      const frame = encodeResponse(api, 0, correlationId, body)
      expect(toHex(frame.subarray(4))).toBe(vector.bytes + toHex(body))
      const reader = new Reader(frame.subarray(4), 'Response header')
      expect(readResponseHeader(reader, api, 0)).toBe(correlationId)
      expect(reader.remaining).toBe(body.length)
    },
  )

  it('API-04 is version 0 for every version of ApiVersions', () => {
    for (const version of [0, 3, 5]) {
      const frame = encodeResponse(apiVersions, version, 5, body)
      expect(toHex(frame)).toBe('00000009000000050102030405')
      expect(readResponseHeader(new Reader(frame.subarray(4), 'Response header'), apiVersions, version)).toBe(5)
    }
  })
})
