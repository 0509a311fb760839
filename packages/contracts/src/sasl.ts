import type { BrokerAddress } from './transport.ts'

/** What a mechanism answers to a challenge: a response, or `done`, or both. */
export interface SaslStep {
  /** The next token for the broker, never touched again; or `null` to send nothing more. */
  readonly response: Uint8Array | null
  /**
   * True when the mechanism has nothing left to check. With a response, that is the last, which the broker takes or refuses,
   * and there is no next step; without one, the challenge was the broker's last word.
   */
  readonly done: boolean
}

/** One run of a mechanism on one connection. */
export interface SaslSession {
  /** The first token, never touched again; empty when it is the broker that begins. */
  readonly first: Uint8Array
  /** Answers a challenge; throws or rejects to refuse the broker. `challenge` is valid until the answer is there. */
  step(challenge: Uint8Array): SaslStep | Promise<SaslStep>
}

/** A SASL mechanism (KIP-43, KIP-152). What it throws goes into errors and logs, so it names no credentials. */
export interface SaslMechanism {
  /** The name in the handshake, for example `SCRAM-SHA-512`: 1 to 20 capitals, digits, `-` and `_`. */
  readonly name: string
  /**
   * True when whoever sees the bytes can log in with them: refused over an insecure transport. A mechanism whose user has
   * accepted that in so many words says false.
   */
  readonly plaintext?: boolean
  /**
   * Starts an exchange; asks for credentials afresh every time, so that they can rotate. A `KafkaError` that it rejects with
   * reaches the application as it is, so a retriable one stands for credentials that cannot be had at present; anything
   * else becomes an `AuthenticationError`. `signal` aborts when the connection is no longer wanted.
   */
  start(to: BrokerAddress, signal: AbortSignal): SaslSession | Promise<SaslSession>
  /** Frees what the mechanism holds, such as a timer that fetches tokens. Optional. */
  close?(): void
}
