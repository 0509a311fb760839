import { isDeepStrictEqual } from 'node:util'
import { apiVersions, encodeResponse, ErrorCode, Reader, readResponseHeader } from '@posthorn/protocol'
import { splice } from '../mutate.ts'
import { Violation, withVersion, type Target } from '../target.ts'
import type { AnyApi } from './apis.ts'
import { apis, oldApi, vectorsOf, versionOf } from './apis.ts'

const codes: ReadonlySet<string> = new Set(['MALFORMED_RESPONSE'])

/** The bodies of responses: the first byte of an input is the version, the rest the body. */
export function responseTargets(): Target[] {
  return [
    ...apis.map((api) => responseTarget(`response/${api.name}`, api)),
    responseTarget('response/OldProduce', oldApi),
  ]
}

/** The decoder of one API in all its versions. */
function responseTarget(name: string, api: AnyApi): Target {
  const seeds = (api === oldApi ? oldBodies() : vectorsOf(api)).map(({ version, body }) => withVersion(version, body))
  const versions = Array.from({ length: api.maxVersion - api.minVersion + 1 }, (_, i) => api.minVersion + i)
  const bare = versions.map((version) => withVersion(version, new Uint8Array(16)))
  return {
    name,
    seeds: [...seeds, ...bare],
    codes,
    run: (input) => api.decodeResponse(input.subarray(1), versionOf(api, input[0] ?? 0)),
    check(value, input) {
      const version = versionOf(api, input[0] ?? 0)
      // All of a body is read, so with a byte less or more it cannot be one.
      const body = input.subarray(1)
      const more = splice(body, body.length, body.length, new Uint8Array(1))
      if (accepts(api, body.subarray(0, -1), version)) throw new Violation(`v${version} is taken without its last byte`)
      if (accepts(api, more, version)) throw new Violation(`v${version} is taken with a byte too many`)
      const again = api.decodeResponse(api.encodeResponse(value, encodingOf(api, value, version)), version)
      if (!isDeepStrictEqual(value, again)) throw new Violation(`v${version} is another after encoding and decoding`)
    },
  }
}

function accepts(api: AnyApi, body: Uint8Array, version: number): boolean {
  try {
    api.decodeResponse(body, version)
    return true
  } catch {
    return false
  }
}

/** Nobody's vectors have answers of Produce below version 3. */
function oldBodies(): { readonly version: number; readonly body: Uint8Array }[] {
  const partitions = [0, 1, 2].map((index) => ({ index, errorCode: index, baseOffset: 7n, logAppendTimeMs: -1 }))
  const body = { throttleTimeMs: 3, topics: ['a', 'topic'].map((name) => ({ name, partitions })) }
  return [0, 1, 2].map((version) => ({ version, body: oldApi.encodeResponse(body, version) }))
}

/** A broker that does not know the version of ApiVersions answers in the form of version 0. */
function encodingOf(api: AnyApi, value: unknown, version: number): number {
  const { errorCode } = value as { readonly errorCode?: number }
  return api.key === apiVersions.key && errorCode === ErrorCode.UNSUPPORTED_VERSION ? 0 : version
}

/** Header and body, as a connection reads them: the first bytes are API and version. */
export function headerTarget(): Target {
  const apiOf = (byte: number): AnyApi => apis[byte % apis.length] as AnyApi
  const seeds = apis.flatMap((api, index) =>
    vectorsOf(api).map(({ version, body }) => {
      return Uint8Array.of(index, version, ...encodeResponse(api, version, 7, body).subarray(4))
    }),
  )
  return {
    name: 'responseHeader',
    seeds,
    codes,
    run(input) {
      const api = apiOf(input[0] ?? 0)
      const version = versionOf(api, input[1] ?? 0)
      const frame = input.subarray(2)
      const reader = new Reader(frame, 'response')
      readResponseHeader(reader, api, version)
      return api.decodeResponse(frame.subarray(reader.offset), version)
    },
  }
}
