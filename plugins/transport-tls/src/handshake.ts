import { X509Certificate } from 'node:crypto'
import { isIP, type OnReadOpts } from 'node:net'
import { checkServerIdentity, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { Clock, Logger } from '@posthorn/contracts'
import type { Attempt, SocketKind } from '@posthorn/transport-tcp'
import type { Current } from './credentialSource.ts'
import type { ExpiryWatch } from './expiry.ts'
import { explainHandshake, explainSilentEnd, type Attempted } from './explain.ts'
import type { TlsSettings } from './options.ts'

/** What every handshake of a transport goes by. */
export interface HandshakeParts {
  readonly settings: TlsSettings
  readonly clock: Clock
  readonly logger: Logger
  readonly expiry: ExpiryWatch
}

/** The socket for one attempt: under which credentials, for which name, and what its failures mean. */
export function handshakeOf(attempt: Attempt, current: Current, parts: HandshakeParts): SocketKind {
  const { settings, clock } = parts
  const { secured, sessions } = current
  const name = settings.nameOf(attempt.host)
  const peer = `${name} ${attempt.host}:${attempt.port}`
  let reached = false
  let secure = false
  let certificate: X509Certificate | undefined

  const attempted = (): Attempted => {
    const { hasIdentity } = secured
    return { broker: attempt.broker, name, hasIdentity, certificate, nowMs: clock.epochMs() }
  }

  const watch = (socket: TLSSocket): void => {
    socket.once('connect', () => {
      reached = true
    })
    // Before Node looks at it: once it has refused a certificate, the socket no longer tells which.
    socket.prependOnceListener('secure', () => {
      certificate = shownBy(socket)
    })
    let session: Buffer | undefined
    const keep = (): void => {
      if (session === undefined || !secure || !settings.resumes) return
      // Who resumes a session is shown no certificate again.
      if (certificate !== undefined) sessions.keep(peer, session, Date.parse(certificate.validTo))
      else if (socket.isSessionReused()) sessions.renew(peer, session)
    }
    socket.on('session', (given: Buffer) => {
      session = given
      keep()
    })
    socket.once('secureConnect', () => {
      secure = true
      certificate ??= shownBy(socket)
      keep()
      report(socket, attempt, certificate, parts)
    })
  }

  return {
    start: (onread) => {
      const session = settings.resumes ? sessions.of(peer, clock.epochMs()) : undefined
      const options = { ...connectOptions(attempt, name, settings, onread), secureContext: secured.context }
      const socket = settings.connect(session === undefined ? options : { ...options, session })
      // What `net.connect` takes as options, `tls.connect` does not pass on.
      socket.setNoDelay(true)
      socket.setKeepAlive(true, settings.keepAliveInitialDelayMs)
      watch(socket)
      return socket
    },
    ready: 'secureConnect',
    explain: (error, received) => {
      if (!reached || received) return error
      sessions.forget(peer)
      return secure ? explainSilentEnd(error, attempted()) : explainHandshake(error, attempted())
    },
  }
}

function connectOptions(
  { address, port }: Attempt,
  name: string,
  { checksName }: TlsSettings,
  onread: OnReadOpts,
): ConnectionOptions {
  return {
    host: address,
    port,
    // An IP address is no name to ask for (RFC 6066, section 3).
    ...(isIP(name) === 0 && { servername: name }),
    // Said aloud, or NODE_TLS_REJECT_UNAUTHORIZED would decide.
    rejectUnauthorized: true,
    checkServerIdentity: (_host, certificate) => (checksName ? checkServerIdentity(name, certificate) : undefined),
    onread,
  } as ConnectionOptions
}

/**
 * The certificate that the broker has shown. Not by `getPeerX509Certificate`, which takes it out of what Node checks
 * afterwards.
 */
function shownBy(socket: TLSSocket): X509Certificate | undefined {
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer }
  return raw === undefined ? undefined : new X509Certificate(raw)
}

function report(
  socket: TLSSocket,
  { broker }: Attempt,
  certificate: X509Certificate | undefined,
  { expiry, logger }: HandshakeParts,
): void {
  logger.debug('secured', {
    broker,
    version: socket.getProtocol(),
    cipher: socket.getCipher().name,
    resumed: socket.isSessionReused(),
    certificate: certificate?.fingerprint256,
  })
  expiry.see('broker', broker, certificate)
  expiry.see('own', broker, socket.getX509Certificate())
}
