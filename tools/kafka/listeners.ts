/**
 * A kind of listener that every broker opens on a port of its own. TLS and SASL come in as further rows;
 * nothing outside this table names a security protocol.
 */
export interface Listener {
  readonly name: string
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** Broker properties that only this listener needs, already with their `listener.name.` prefix. */
  readonly properties?: Readonly<Record<string, string>>
}

/** What clients may connect to; the first is the one that brokers use among themselves. */
export const clientListeners: readonly Listener[] = [{ name: 'PLAINTEXT', protocol: 'PLAINTEXT' }]

/** The listener of the KRaft quorum. */
export const controllerListener: Listener = { name: 'CONTROLLER', protocol: 'PLAINTEXT' }

/** All listeners of one broker, in the order of its ports. */
export const allListeners: readonly Listener[] = [...clientListeners, controllerListener]
