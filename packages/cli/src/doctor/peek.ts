import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { apiVersions, encodeRequest } from '@posthorn/protocol'

/** What is spoken on a port, as far as anyone can tell from outside. */
export type Peeked =
  /** TLS, whatever is inside of it. */
  | 'tls'
  /** Kafka's protocol in plaintext. */
  | 'kafka'
  /** HTTP. */
  | 'http'
  /** Something else that sends text. */
  | 'text'
  /** Nothing: connections stay open, and no byte comes. */
  | 'silent'
  /** Nothing: connections are closed. */
  | 'closed'

/**
 * Finds out what is spoken on a port, for a plain word on why a connection failed: first by a greeting in TLS, then by a
 * question in Kafka's protocol; waits `patienceMs` for an answer to each. Trusts nobody and sends nothing but these. Rejects
 * only when `signal` aborts.
 */
export async function peek(host: string, port: number, patienceMs: number, signal: AbortSignal): Promise<Peeked> {
  if (await speaksTls(host, port, patienceMs, signal)) return 'tls'
  return askKafka(host, port, patienceMs, signal)
}

function speaksTls(host: string, port: number, timeout: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // No certificate is looked at: this connection is closed before anything is sent on it.
    const socket = connectTls({ host, port, rejectUnauthorized: false, timeout })
    const done = ending(socket, signal, resolve, reject)
    socket.once('secureConnect', () => done(true))
    // An alert is an answer in TLS too.
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code?.includes('_ALERT_') === true))
    socket.once('timeout', () => done(false))
    socket.once('close', () => done(false))
  })
}

function askKafka(host: string, port: number, timeout: number, signal: AbortSignal): Promise<Peeked> {
  const body = { clientSoftwareName: '', clientSoftwareVersion: '', clusterId: null, nodeId: -1 }
  const question = encodeRequest(apiVersions, 0, 0, null, apiVersions.encodeRequest(body, 0))
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout })
    const done = ending(socket, signal, resolve, reject)
    socket.once('connect', () => socket.write(question))
    socket.once('data', (bytes) => done(languageOf(bytes)))
    socket.on('error', () => done('closed'))
    socket.once('timeout', () => done('silent'))
    socket.once('close', () => done('closed'))
  })
}

function languageOf(bytes: Buffer): Peeked {
  const start = bytes.subarray(0, 8).toString('latin1')
  if (start.startsWith('HTTP')) return 'http'
  return /^[ -~\r\n]+$/.test(start) ? 'text' : 'kafka'
}

/** Ends the socket with the first outcome; later ones do not matter. */
function ending<T>(
  socket: Socket,
  signal: AbortSignal,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): (value: T) => void {
  const abort = (): void => {
    reject(signal.reason)
    socket.destroy()
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return (value) => {
    signal.removeEventListener('abort', abort)
    resolve(value)
    socket.destroy()
  }
}
