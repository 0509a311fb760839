import type { X509Certificate } from 'node:crypto'
import type { Env } from '@posthorn/contracts'

/** A certificate that runs out soon. */
export interface CertificateExpiry {
  /** `broker`: the one that a broker showed. `own`: the one that we show. */
  readonly whose: 'broker' | 'own'
  /** Broker of the connection, `host:port`. */
  readonly broker: string
  /** Whom it is for, such as `CN=kafka-1`. */
  readonly subject: string
  /** Its number, in hexadecimal. */
  readonly serialNumber: string
  /** SHA-256 of the certificate, in hexadecimal with colons. */
  readonly fingerprint256: string
  /** When it runs out, ms since 1970. */
  readonly validToMs: number
  /** Whole days until then. */
  readonly daysLeft: number
}

const dayMs = 86_400_000
const maxRemembered = 1024

/** Tells of certificates that run out soon, each at most once a day. One for each producer. */
export class ExpiryWatch {
  readonly #env: Env
  readonly #days: number
  readonly #tell: (expiry: CertificateExpiry) => void
  readonly #told = new Map<string, number>()

  /** `tell`: `null` for a line in the log. */
  constructor(env: Env, days: number, tell: ((expiry: CertificateExpiry) => void) | null) {
    this.#env = env
    this.#days = days
    this.#tell = tell ?? ((expiry) => this.#log(expiry))
  }

  /** A handshake with `broker` has shown this certificate. */
  see(whose: CertificateExpiry['whose'], broker: string, certificate: X509Certificate | undefined): void {
    if (certificate === undefined) return
    const { subject, serialNumber, fingerprint256 } = certificate
    const validToMs = Date.parse(certificate.validTo)
    const nowMs = this.#env.clock.epochMs()
    if (validToMs - nowMs > this.#days * dayMs || this.#days === 0) return
    if (nowMs - (this.#told.get(fingerprint256) ?? Number.NEGATIVE_INFINITY) < dayMs) return
    if (this.#told.size >= maxRemembered) this.#told.clear()
    this.#told.set(fingerprint256, nowMs)
    const daysLeft = Math.max(0, Math.floor((validToMs - nowMs) / dayMs))
    const name = subject.replaceAll('\n', ', ')
    try {
      this.#tell({ whose, broker, subject: name, serialNumber, fingerprint256, validToMs, daysLeft })
    } catch (error) {
      this.#env.logger.error('onCertificateExpiry threw', { error })
    }
  }

  #log({ whose, validToMs, ...facts }: CertificateExpiry): void {
    const certificate = whose === 'own' ? 'our certificate' : `the certificate of ${facts.broker}`
    const until = new Date(validToMs).toISOString()
    this.#env.logger.warn(`${certificate} runs out on ${until}`, { whose, validTo: until, ...facts })
  }
}
