/** What a broker makes of a token. */
export interface ServerAnswer {
  /** What is sent back; may be empty. */
  readonly token: Uint8Array
  /** Who the client is, without `User:`, once it has proved that. Absent while the exchange goes on. */
  readonly user?: string | undefined
  /** How long the proof holds, as of a token that expires, in ms. Default for ever. */
  readonly lifetimeMs?: number | undefined
}

/** The broker's side of one exchange. */
export interface ServerExchange {
  /** Answers a token, which it keeps nothing of; throws a {@link SaslRefusal} to refuse the client. */
  answer(token: Uint8Array): ServerAnswer
}

/** The broker's side of a SASL mechanism. */
export interface ServerMechanism {
  /** The name in the handshake. */
  readonly name: string
  /** Begins an exchange. */
  start(): ServerExchange
}

/** Who may log in: passwords by name. It is read at each login. */
export type Users = ReadonlyMap<string, string>

/** Thrown by an exchange that refuses its client: the broker answers with SASL_AUTHENTICATION_FAILED and the message. */
export class SaslRefusal extends Error {
  override readonly name: string = 'SaslRefusal'
}

/** What Kafka says to a wrong password and to a user that it does not know alike. */
export function invalidCredentials(mechanism: string): SaslRefusal {
  const why = `due to invalid credentials with SASL mechanism ${mechanism}`
  return new SaslRefusal(`Authentication failed during authentication ${why}`)
}
