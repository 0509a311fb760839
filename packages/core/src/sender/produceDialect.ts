import type { ProduceResponse } from '@posthorn/protocol'
import type { ApiId } from '../network/outgoingRequest.ts'

/** A produce request in the version that a broker understands, and how its answer is read. */
export interface ProduceDialect {
  readonly api: ApiId
  readonly version: number
  /** The whole frame. */
  readonly chunks: readonly Uint8Array[]
  /** Reads the body of the answer; throws when it is damaged. */
  decode(answer: Uint8Array): ProduceResponse
}
