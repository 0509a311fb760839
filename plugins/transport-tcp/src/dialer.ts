import type { BrokerAddress, ByteSink, Connection, Env } from '@posthorn/contracts'
import { addressName, ConnectionError, KafkaError } from '@posthorn/contracts'
import { abortable } from './abortable.ts'
import { AddressBook } from './addressBook.ts'
import { CanonicalNames } from './canonicalNames.ts'
import { openConnection, type OpenOptions } from './openConnection.ts'
import type { SocketSettings } from './options.ts'

/** Where an attempt at a broker goes. */
export interface Attempt {
  /** The broker's name, after it was replaced by a canonical one where that is asked for. */
  readonly host: string
  /** One of the name's addresses. */
  readonly address: string
  /** 1 to 65535. */
  readonly port: number
  /** `host:port`, for messages; of the address that was asked for. */
  readonly broker: string
}

/** What kind of socket an attempt takes. */
export type SocketKind = Pick<OpenOptions, 'start' | 'ready' | 'explain'>

/**
 * How a transport on Node's sockets reaches brokers: looks up the name, takes its next address, opens the connection,
 * and says what is wrong when that fails. One for each producer.
 */
export class Dialer {
  readonly #env: Env
  readonly #settings: SocketSettings
  readonly #addresses: AddressBook
  readonly #canonical: CanonicalNames | null

  constructor(env: Env, settings: SocketSettings) {
    this.#env = env
    this.#settings = settings
    this.#addresses = new AddressBook(settings.lookup)
    this.#canonical = settings.canonical ? new CanonicalNames(settings.lookup, settings.reverse) : null
  }

  /**
   * Does what `Transport.connect` has to; `kindOf` says what socket to take, and may take its time. A `KafkaError` of
   * `kindOf` or `explain` is passed on as it is; anything else becomes a `ConnectionError` (`CONNECTION_FAILED`, or
   * `NAME_NOT_RESOLVED`; retriable) with it as the cause.
   */
  async dial(
    to: BrokerAddress,
    sink: ByteSink,
    signal: AbortSignal,
    kindOf: (attempt: Attempt) => SocketKind | Promise<SocketKind>,
  ): Promise<Connection> {
    signal.throwIfAborted()
    const broker = addressName(to)
    try {
      const { host, address } = await abortable(this.#resolve(to), signal)
      const attempt = { host, address, port: to.port, broker }
      this.#env.logger.debug('connecting', { host, port: to.port, address })
      const kind = await abortable(Promise.resolve(kindOf(attempt)), signal)
      return await this.#open(attempt, kind, sink, signal)
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof KafkaError) throw cause
      const unresolved = cause instanceof NameNotResolved
      const reason: unknown = unresolved ? cause.cause : cause
      const message = `could not connect to ${broker}: ${reason instanceof Error ? reason.message : String(reason)}`
      const code = unresolved ? 'NAME_NOT_RESOLVED' : 'CONNECTION_FAILED'
      throw new ConnectionError(code, message, { broker, cause: reason, retriable: true })
    }
  }

  async #resolve({ host: given, port, purpose }: BrokerAddress): Promise<{ host: string; address: string }> {
    try {
      const host = purpose === 'bootstrap' && this.#canonical !== null ? await this.#canonical.next(given) : given
      return { host, address: await this.#addresses.next(host, port) }
    } catch (cause) {
      throw new NameNotResolved(cause)
    }
  }

  async #open(
    { host, port, address }: Attempt,
    kind: SocketKind,
    sink: ByteSink,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = await openConnection({
      ...kind,
      sink,
      clock: this.#env.clock,
      endTimeoutMs: this.#settings.endTimeoutMs,
      onOver: () => this.#addresses.connectionLost(host, port),
      signal,
    })
    this.#addresses.connected(host, port, address)
    return connection
  }
}

/** A lookup failed, for the reason that is its cause. */
class NameNotResolved extends Error {
  constructor(cause: unknown) {
    super('name not resolved', { cause })
  }
}
