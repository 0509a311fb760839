/** Brokers beyond this number push out the one whose session was stored first; it only costs a full handshake. */
const maxEntries = 1024

interface Entry {
  readonly session: Buffer
  /** When the certificate that was checked runs out, ms since 1970. */
  readonly validToMs: number
}

/** What was agreed on with brokers, so that the next handshake can be short. One for each set of credentials. */
export class Sessions {
  readonly #entries = new Map<string, Entry>()

  /** Number of sessions kept, at most 1024. */
  get size(): number {
    return this.#entries.size
  }

  /**
   * The session to resume, if there is one. Resuming checks no certificate, so a session ends with the certificate that
   * was checked when it began.
   */
  of(peer: string, nowMs: number): Buffer | undefined {
    const entry = this.#entries.get(peer)
    if (entry === undefined || nowMs < entry.validToMs) return entry?.session
    this.#entries.delete(peer)
    return undefined
  }

  /** Keeps a session for next time, instead of the one before. */
  keep(peer: string, session: Buffer, validToMs: number): void {
    this.#entries.delete(peer)
    this.#entries.set(peer, { session, validToMs })
    if (this.#entries.size <= maxEntries) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      break
    }
  }

  /** Keeps a session that came of resuming the one that is kept; it lasts no longer than that. */
  renew(peer: string, session: Buffer): void {
    const entry = this.#entries.get(peer)
    if (entry !== undefined) this.keep(peer, session, entry.validToMs)
  }

  /** Forgets the session: the broker has refused something. */
  forget(peer: string): void {
    this.#entries.delete(peer)
  }
}
