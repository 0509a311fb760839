/** What a connection is for. */
export type ConnectionPurpose = 'bootstrap' | 'broker'

/** An address that a transport is asked to reach. */
export interface BrokerAddress {
  /** Host name or IP address, without brackets. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  /** `bootstrap`: an address from `bootstrapServers`. `broker`: an address that the cluster advertised. */
  readonly purpose: ConnectionPurpose
  /** The broker's id; for a bootstrap address a negative number that stands for it. */
  readonly nodeId: number
}

/** Takes what arrives on a connection. The producer implements it, the transport calls it. */
export interface ByteSink {
  /**
   * Bytes arrived, in order, of any length above zero. The sink reads `chunk` during the call and keeps none of it
   * afterwards without copying, so the transport may reuse the memory at once.
   */
  onData(chunk: Uint8Array): void
  /** The connection takes more after a `write` that returned false. */
  onDrain(): void
  /**
   * The connection is over: `null` after an orderly end by either side, else the reason. Called exactly once, as the
   * last call, and never before `connect` has resolved. An `AuthenticationError` before the broker has answered anything
   * counts as if `connect` had rejected with it.
   */
  onClose(error: Error | null): void
}

/** An open connection. Made by a transport, owned by the producer until `onClose`. */
export interface Connection {
  /**
   * Sends `chunks` in order, as one write where the platform can. The transport reads their memory until it calls
   * `released`, once, when the last byte was handed to the system or the connection has gone, at the earliest within this
   * call; only then may the caller change or reuse it. Returns false when the caller should wait for `onDrain` before
   * writing more; the bytes of this call are taken all the same. After the end of the connection a write is ignored and
   * `released` is still called.
   */
  write(chunks: readonly Uint8Array[], released: () => void): boolean
  /**
   * Ends the connection in an orderly way after what was written. Waits for the peer's end, but not for ever: the transport
   * limits that itself, on the producer's clock.
   */
  end(): void
  /** Ends the connection at once; `onClose` is called with `error`. Does nothing when it is over already. */
  destroy(error: Error): void
}

/** Moves bytes between the producer and a broker. Knows nothing of Kafka's protocol. */
export interface Transport {
  /** Shown in logs and errors, for example `tcp`. */
  readonly name: string
  /** True when what is sent can be neither read nor changed on the way. */
  readonly secure: boolean
  /**
   * Opens a connection. Rejects with the reason when it cannot, and with `signal.reason` when `signal` aborts first,
   * leaving nothing open; with a `ConnectionError` of code `NAME_NOT_RESOLVED` when the host's name stands for no address,
   * and with an `AuthenticationError` when the two sides do not accept one another and trying again is of no use.
   * The sink is called only after the promise has resolved.
   */
  connect(to: BrokerAddress, sink: ByteSink, signal: AbortSignal): Promise<Connection>
  /** Frees what the transport holds apart from connections. Optional. */
  close?(): void
}
