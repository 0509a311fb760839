import { EventEmitter } from 'node:events'
import { Readable, Writable } from 'node:stream'
import type { Io } from '../../src/io.ts'

/** Keeps what is written to it. */
class Collector extends Writable {
  readonly isTTY: boolean
  text = ''

  constructor(isTTY = false) {
    super({ decodeStrings: false })
    this.isTTY = isTTY
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** A process for `run` that is none. */
export class FakeIo implements Io {
  readonly stdin: Readable
  readonly stdout: Collector = new Collector()
  readonly stderr: Collector
  readonly signals: EventEmitter = new EventEmitter()

  constructor(input: string | Uint8Array | Readable = '', options: { readonly terminal?: boolean } = {}) {
    this.stdin = input instanceof Readable ? input : Readable.from([Buffer.from(input)])
    this.stderr = new Collector(options.terminal)
  }

  /** What `--json` printed. */
  get json(): Record<string, unknown> {
    return JSON.parse(this.stdout.text) as Record<string, unknown>
  }
}
