import type { ByteSink } from '@posthorn/contracts'
import type { Watch } from './watch.ts'

/** Writes down what a transport calls, in order. */
export class RecordingSink implements ByteSink {
  /** Names of the calls. */
  readonly calls: ('onData' | 'onDrain' | 'onClose')[] = []
  /** What `onClose` was given, call by call. */
  readonly closes: (Error | null)[] = []
  /** Called in `onData`, after the bytes were taken. */
  whenData: () => void = () => {}
  readonly #watch: Watch
  readonly #chunks: Uint8Array[] = []
  #length = 0

  constructor(watch: Watch) {
    this.#watch = watch
  }

  /** Number of bytes taken so far. */
  get length(): number {
    return this.#length
  }

  /** Whether `onClose` was called. */
  get closed(): boolean {
    return this.closes.length > 0
  }

  /** Number of `onDrain` calls. */
  get drains(): number {
    return this.calls.filter((each) => each === 'onDrain').length
  }

  /** What it was told, in words. */
  get told(): string {
    const rest = this.calls.filter((each) => each !== 'onData')
    return [`${this.#length} bytes`, ...rest].join(', ') + ' at the sink'
  }

  /** The bytes taken so far. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }

  onData(chunk: Uint8Array): void {
    this.calls.push('onData')
    this.#chunks.push(chunk.slice())
    this.#length += chunk.length
    this.whenData()
    this.#watch.notice()
  }

  onDrain(): void {
    this.calls.push('onDrain')
    this.#watch.notice()
  }

  onClose(error: Error | null): void {
    this.calls.push('onClose')
    this.closes.push(error)
    this.#watch.notice()
  }
}
