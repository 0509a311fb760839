/** What throttling needs to know of an API. */
export interface ThrottlingApi {
  readonly key: number
}

/**
 * First version of each API in which the client, not the broker, does the waiting of a quota, by the API's key: Produce,
 * Metadata, FindCoordinator, ApiVersions, InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn, TxnOffsetCommit
 * (KIP-219, NET-15).
 */
const clientThrottlesFrom: ReadonlyMap<number, number> = new Map([
  [0, 6],
  [3, 6],
  [10, 2],
  [18, 2],
  [22, 1],
  [24, 1],
  [25, 1],
  [26, 1],
  [28, 1],
])

/** The pause in ms that an answer asks the client for; 0 for none, or where the broker waits by itself. */
export function pauseAskedFor({ key }: ThrottlingApi, version: number, response: unknown): number {
  const from = clientThrottlesFrom.get(key)
  if (from === undefined || version < from) return 0
  const { throttleTimeMs } = response as { readonly throttleTimeMs?: unknown }
  return typeof throttleTimeMs === 'number' ? throttleTimeMs : 0
}
