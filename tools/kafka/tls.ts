import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Issued } from '../certificates/authority.ts'
import type { KafkaCluster } from './cluster.ts'
import type { Listener } from './listeners.ts'
import { until } from './until.ts'
import { array, call, string } from './wire.ts'

/** Twice as many connections as a broker has network threads. */
const turnsOfThreads = 4

/** What a listener shows, and whom it trusts. */
export interface TlsFiles {
  /** Certificate, those between it and an authority, and key. */
  readonly identity: Issued
  /** Authorities of clients, as PEM. Default: that no client is asked for a certificate. */
  readonly clientCa?: string
}

/** A listener that speaks TLS, and reads what it needs from files below `dir`. */
export async function tlsListener(name: string, dir: string, files: TlsFiles): Promise<Listener> {
  await writeFiles(name, dir, files)
  const own = (key: string): string => `listener.name.${name.toLowerCase()}.ssl.${key}`
  return {
    name,
    protocol: 'SSL',
    properties: {
      [own('keystore.type')]: 'PEM',
      [own('keystore.location')]: keystoreOf(name, dir),
      [own('client.auth')]: files.clientCa === undefined ? 'none' : 'required',
      ...(files.clientCa !== undefined && {
        [own('truststore.type')]: 'PEM',
        [own('truststore.location')]: truststoreOf(name, dir),
      }),
    },
  }
}

/** Replaces the files of a listener, and has a running broker read them again. */
export async function renewTls(
  cluster: KafkaCluster,
  { name, dir, broker = 0 }: { readonly name: string; readonly dir: string; readonly broker?: number },
  files: TlsFiles,
): Promise<void> {
  await writeFiles(name, dir, files)
  const { port } = cluster.brokers[broker]!
  // Any change to a broker's own settings has it look at its files; these are the ones that it has already.
  const listener = `listener.name.${name.toLowerCase()}.ssl.`
  const settings: (readonly [string, string])[] = [[`${listener}keystore.location`, keystoreOf(name, dir)]]
  if (files.clientCa !== undefined) settings.push([`${listener}truststore.location`, truststoreOf(name, dir)])
  const set = settings.map(([key, value]) => Buffer.concat([string(key), Buffer.of(0), string(value)]))
  const resource = Buffer.concat([Buffer.of(4), string(String(broker)), array(set)])
  const body = Buffer.concat([array([resource]), Buffer.of(0)])
  const answer = await call({ port, apiKey: 44, version: 0, body, timeoutMs: 20_000 })
  answer.int32()
  answer.array(() => {
    const error = answer.int16()
    const text = answer.string()
    answer.int8()
    answer.string()
    if (error !== 0) throw new Error(`broker ${broker} did not take its new certificate: ${text} (error ${error})`)
  })
  // It answers before it has done it, and then does it for one network thread after the other, which take turns.
  const wanted = new X509Certificate(files.identity.cert).fingerprint256
  const serves = Number(cluster.serversOf(name).split(',')[broker]?.split(':')[1])
  const done = async (): Promise<boolean> => {
    for (let turn = 0; turn < turnsOfThreads; turn++) if ((await shownAt(serves)) !== wanted) return false
    return true
  }
  await until(done, { what: `the new certificate of broker ${broker}`, timeoutMs: 20_000 })
}

/** Fingerprint of the certificate that a server shows. */
async function shownAt(port: number): Promise<string | undefined> {
  // Nothing is sent but the handshake, so it need not be checked with whom.
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  socket.on('error', () => {})
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate().fingerprint256
  } finally {
    socket.destroy()
  }
}

async function writeFiles(name: string, dir: string, { identity, clientCa }: TlsFiles): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeFile(keystoreOf(name, dir), identity.key + identity.cert, { mode: 0o600 })
  if (clientCa !== undefined) await writeFile(truststoreOf(name, dir), clientCa)
}

function keystoreOf(name: string, dir: string): string {
  return join(dir, `${name}-keystore.pem`)
}

function truststoreOf(name: string, dir: string): string {
  return join(dir, `${name}-truststore.pem`)
}
