import * as protocol from '@posthorn/protocol'
import type { ServerApi } from '@posthorn/protocol'
import { messageVectors } from '../../../packages/protocol/test/support/vectors.ts'
import { oldProduce } from '../../../plugins/legacy-brokers/src/oldProduce.ts'

/** An API whose bodies are passed through, so that their type does not matter. */
export type AnyApi = ServerApi<unknown, unknown>

/** Every API that the package of the protocol exports, those that are yet to come included. */
export const apis: readonly AnyApi[] = Object.values(protocol as Readonly<Record<string, unknown>>).filter(isApi)

/** Produce as brokers before 0.11 speak it. */
export const oldApi: AnyApi = oldProduce

/** Bodies of responses as the Java client writes them, with their versions; of an API without vectors none. */
export function vectorsOf({ name }: AnyApi): { readonly version: number; readonly body: Uint8Array }[] {
  let vectors: ReturnType<typeof messageVectors>
  try {
    vectors = messageVectors(name)
  } catch {
    return []
  }
  return vectors
    .filter(({ kind }) => kind === 'response')
    .map(({ version, bytes }) => ({ version, body: Uint8Array.from(Buffer.from(bytes, 'hex')) }))
}

/** The version that the first byte of an input stands for: any byte is one, and that of a version is this version. */
export function versionOf(api: AnyApi, byte: number): number {
  const { minVersion, maxVersion } = api
  const count = maxVersion - minVersion + 1
  return minVersion + ((((byte - minVersion) % count) + count) % count)
}

function isApi(value: unknown): value is AnyApi {
  return typeof value === 'object' && value !== null && 'decodeResponse' in value && 'encodeResponse' in value
}
