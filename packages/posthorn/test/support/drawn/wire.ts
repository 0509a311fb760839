import type { ByteSink, Connection, Plugin, Transport } from '@posthorn/contracts'

/** What goes wrong between the producer and the brokers, in either direction, and what the producer left open. */
export class Wire {
  /** How many more chunks arrive one byte at a time. */
  dribble = 0
  /** How many more writes break off in the middle, with the connection. */
  tear = 0
  /** How many more writes throw. */
  fail = 0
  /** How many more connects are refused. */
  refuse = 0
  /** How many more connects never answer. */
  hang = 0
  /** Connections that the producer has neither ended nor lost. */
  open = 0

  /** Takes one from a count; whether there was one. */
  takes(what: 'dribble' | 'tear' | 'fail' | 'refuse' | 'hang'): boolean {
    if (this[what] === 0) return false
    this[what]--
    return true
  }

  /** No more faults. */
  heal(): void {
    this.dribble = this.tear = this.fail = this.refuse = this.hang = 0
  }
}

/** `transport` by way of `wire`. */
export function over(wire: Wire, transport: Plugin<Transport>, below: (limit: number) => number): Plugin<Transport> {
  return (env) => {
    const inner = transport(env)
    return {
      name: inner.name,
      secure: inner.secure,
      async connect(to, sink, signal): Promise<Connection> {
        if (wire.takes('refuse')) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
        if (wire.takes('hang')) await aborted(signal)
        let closed = false
        const close = (): void => {
          if (!closed) wire.open--
          closed = true
        }
        const connection = await inner.connect(to, dribbling(wire, sink, close), signal)
        wire.open++
        return torn(wire, connection, close, below)
      },
    }
  }
}

function dribbling(wire: Wire, sink: ByteSink, close: () => void): ByteSink {
  let over = false
  return {
    onData(chunk) {
      if (!wire.takes('dribble')) sink.onData(chunk)
      else for (let i = 0; i < chunk.length && !over; i++) sink.onData(chunk.slice(i, i + 1))
    },
    onDrain: () => sink.onDrain(),
    onClose(error) {
      over = true
      close()
      sink.onClose(error)
    },
  }
}

function torn(wire: Wire, inner: Connection, close: () => void, below: (limit: number) => number): Connection {
  return {
    write(chunks, released) {
      if (wire.takes('fail')) throw new Error('this write throws')
      if (!wire.takes('tear')) return inner.write(chunks, released)
      const frame = Buffer.concat(chunks)
      inner.write([frame.subarray(0, below(frame.length))], released)
      inner.destroy(new Error('the connection broke in the middle of a request'))
      return true
    },
    end() {
      close()
      inner.end()
    },
    destroy(error) {
      close()
      inner.destroy(error)
    },
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
