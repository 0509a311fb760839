import type { ByteSink, Connection, Plugin, Transport } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { encodeResponse, Reader, readRequestHeader, readResponseHeader } from '@posthorn/protocol'
import { seededRandom } from '@posthorn/testkit'
import { below, integer, mutateBytes, pick, repeated, splice, type Random } from '../mutate.ts'
import { Violation } from '../target.ts'
import { apis, oldApi, type AnyApi } from './apis.ts'
import { reshape } from './reshape.ts'

/** Bytes of a step: answers to let pass, what to do, and two that chance begins with. */
const STEP_BYTES = 4

/** More refused answers than this take up the time that a record has. */
const MOST_STEPS = 12

/** Length and correlation id of an answer. */
const HEAD_BYTES = 8

/** Errors that no peer can be the reason of; a connection that hides one has met a fault of ours. */
const OURS = [TypeError, RangeError, ReferenceError, SyntaxError]

/** A transport that changes what brokers answer, as the steps of an input say, and sees what the producer does then. */
export class Tampering {
  /** The same transport, with the changes. */
  readonly transport: Plugin<Transport>
  /** What was done to answers, and what came of it. */
  signature = ''
  private readonly steps: Uint8Array
  private readonly earlier: Uint8Array[] = []
  /** What each answer is an answer to, by its number. */
  private readonly asked = new Map<number, { readonly api: AnyApi; readonly version: number }>()
  private at = 0
  private passed = 0
  private taken = 0
  private problem: string | null = null

  constructor(inner: Plugin<Transport>, steps: Uint8Array) {
    this.steps = steps.subarray(0, MOST_STEPS * STEP_BYTES)
    this.transport = (env) => {
      const transport = inner(env)
      return {
        ...transport,
        connect: async (to, sink, signal) => {
          let destroyed = false
          const connection = await transport.connect(
            to,
            this.sink(sink, () => destroyed),
            signal,
          )
          return this.watched(connection, () => (destroyed = true))
        },
      }
    }
  }

  /** Whether every answer that was changed made the producer end the connection. */
  get onlyRefused(): boolean {
    return this.taken === 0
  }

  /** Throws a {@link Violation} for a connection that ended as none should. */
  check(): void {
    if (this.problem !== null) throw new Violation(this.problem)
  }

  private watched(connection: Connection, onDestroy: () => void): Connection {
    return {
      write: (chunks, released) => {
        this.note(chunks)
        return connection.write(chunks, released)
      },
      end: () => connection.end(),
      destroy: (error) => {
        onDestroy()
        this.judge(error)
        connection.destroy(error)
      },
    }
  }

  private note(chunks: readonly Uint8Array[]): void {
    const { apiKey, apiVersion, correlationId } = readRequestHeader(
      new Reader(Buffer.concat(chunks).subarray(4), 'request'),
      (key) => apis.find((api) => api.key === key)?.flexibleFrom,
    )
    const candidates = apiVersion < 3 ? [oldApi, ...apis] : apis
    const api = candidates.find(({ key }) => key === apiKey)
    if (api !== undefined) this.asked.set(correlationId, { api, version: apiVersion })
  }

  private judge(error: Error): void {
    if (error.message === 'no longer wanted') return
    if (!(error instanceof KafkaError))
      this.problem ??= `a connection was destroyed with ${error.name}: ${error.message}`
    else if (OURS.some((type) => error.cause instanceof type)) {
      const { stack = '' } = error.cause as Error
      this.problem ??= `${error.code} hides ${stack.replace(/file:\S*?(?=packages|plugins)/g, '')}`
    }
  }

  private sink(sink: ByteSink, isDestroyed: () => boolean): ByteSink {
    return {
      onDrain: () => sink.onDrain(),
      onClose: (error) => sink.onClose(error),
      onData: (answer) => {
        const step = this.step()
        if (step === null) {
          sink.onData(answer)
          this.earlier.push(answer.slice())
          return
        }
        const { operation, random } = step
        const pieces = this.tampered(answer, operation, random)
        for (const piece of pieces) if (!isDestroyed() && piece.length > 0) sink.onData(piece)
        const same = Buffer.concat(pieces).equals(answer)
        if (!same && !isDestroyed()) this.taken++
        this.signature += ` ${operation}${same ? '=' : isDestroyed() ? '!' : '+'}`
      },
    }
  }

  /** What happens to the present answer; `null` for nothing. */
  private step(): { readonly operation: number; readonly random: Random } | null {
    const [gap = 0, operation = 0, ...seed] = this.steps.subarray(this.at, this.at + STEP_BYTES)
    if (this.at >= this.steps.length || this.passed++ < gap % 8) return null
    this.at += STEP_BYTES
    this.passed = 0
    return { operation: operation % 8, random: seededRandom(seed.join()) }
  }

  /** An answer that is well-formed and says something else. */
  private reshaped(answer: Uint8Array, random: Random): Uint8Array {
    const correlationId = new DataView(answer.buffer, answer.byteOffset).getInt32(4)
    const asked = this.asked.get(correlationId)
    if (asked === undefined) return answer
    const { api, version } = asked
    try {
      const reader = new Reader(answer.subarray(4), 'response')
      readResponseHeader(reader, api, version)
      let body = api.decodeResponse(answer.subarray(4 + reader.offset), version)
      for (let changes = 1 + below(random, 4); changes > 0; changes--) body = reshape(body, random)
      return encodeResponse(api, version, correlationId, api.encodeResponse(body, version))
    } catch {
      // What became of it cannot be written in this version.
      return answer
    }
  }

  private tampered(answer: Uint8Array, operation: number, random: Random): Uint8Array[] {
    const other = this.earlier.length === 0 ? answer : pick(random, this.earlier)
    switch (operation) {
      case 0:
        return [mutateBytes(answer, random, other)]
      case 1:
        return [answer, answer]
      case 2:
        return [other]
      case 3: {
        const cut = below(random, answer.length)
        return [answer.subarray(0, cut), answer.subarray(cut)]
      }
      case 4:
        return [framed(answer, splice(answer, HEAD_BYTES, answer.length, noise(random, below(random, 300))))]
      case 5:
        return [framed(answer, splice(answer, answer.length, answer.length, repeated(answer, 1 + below(random, 400))))]
      case 6:
        return [framed(answer, manyMutations(answer, random, other))]
      default:
        return [this.reshaped(answer, random)]
    }
  }
}

/** Changes to the body alone: this is what gets furthest. */
function manyMutations(answer: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let body = answer.slice(HEAD_BYTES)
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    body = mutateBytes(body, random, other.slice(HEAD_BYTES)).slice()
  }
  return splice(answer, HEAD_BYTES, answer.length, body)
}

/** With the length to match, and the correlation id that was asked for. */
function framed(answer: Uint8Array, changed: Uint8Array): Uint8Array {
  const frame = splice(changed, 0, Math.min(4, changed.length), integer(Math.max(0, changed.length - 4), 4))
  return splice(frame, 4, Math.min(8, frame.length), answer.slice(4, 8))
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(random, 256))
}
