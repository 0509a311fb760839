/** A kind of listener, which every broker of a cluster opens on a port of its own. */
export interface Listener {
  readonly name: string
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** Broker properties that only this listener needs, already with their `listener.name.` prefix. */
  readonly properties?: Readonly<Record<string, string>>
}

/** What every cluster has, for brokers among themselves and for tools. A cluster may be asked for more of them. */
export const plainListener: Listener = { name: 'PLAINTEXT', protocol: 'PLAINTEXT' }

/** The listener of the KRaft quorum. */
export const controllerListener: Listener = { name: 'CONTROLLER', protocol: 'PLAINTEXT' }

/** What clients may connect to, the plain one first. */
export function clientListeners(more: readonly Listener[]): readonly Listener[] {
  return [plainListener, ...more]
}

/** All listeners of one broker, in the order of its ports. */
export function allListeners(more: readonly Listener[]): readonly Listener[] {
  return [...clientListeners(more), controllerListener]
}
