import type { BrokerAddress, SaslMechanism, SaslSession, SaslStep } from '@posthorn/contracts'
import { AuthenticationError, KafkaError } from '@posthorn/contracts'
import { ErrorCode, errorEntry, saslHandshake } from '@posthorn/protocol'
import type { BrokerVersions } from './brokerVersions.ts'
import type { SaslLink, TokenAnswer } from './saslLink.ts'
import { handshakeVersion, tokenSender } from './saslLink.ts'

/** More than any mechanism needs: a broker that keeps asking is not taken at its word for ever. */
const MAX_ROUNDS = 16
/** Longest token that is taken from a broker; those of Kerberos, the longest that there are, stay far below. */
const MAX_TOKEN_BYTES = 1 << 20

/** What a login is made of. */
export interface LoginParts {
  readonly mechanism: SaslMechanism
  readonly address: BrokerAddress
  /** `host:port`, for messages. */
  readonly broker: string
  readonly signal: AbortSignal
  readonly link: SaslLink
  /** The mechanism has been asked for something, or, with false, has answered. */
  onThinking(thinking: boolean): void
  /** The first token is there: from now on nothing but SASL may be sent. */
  onBegin(): void
}

/**
 * Runs a mechanism against a broker (SAS-01 to 06): handshake, then tokens until both are content. Resolves with the
 * lifetime of the session in ms, 0 for one that does not end. Rejects with an {@link AuthenticationError} when either side
 * refuses the other.
 */
export async function login(parts: LoginParts, versions: BrokerVersions): Promise<number> {
  const { mechanism, address, broker, signal, link } = parts
  const handshake = handshakeVersion(versions, broker)
  const sendToken = tokenSender(link, handshake, versions, broker)
  const started = asked<SaslSession>(parts, 'start', () => mechanism.start(address, signal))
  // Not a turn later where there is nothing to wait for: the request that has this login wait for it comes after.
  const session = started instanceof Promise ? await started : started
  parts.onBegin()
  const { errorCode, mechanisms } = await link.exchange(saslHandshake, handshake, { mechanism: mechanism.name })
  if (errorCode !== ErrorCode.NONE) throw handshakeRefusal(parts, errorCode, mechanisms)
  let token = session.first
  let last = false
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const answer = await sendToken(token, last)
    if (answer.errorCode !== ErrorCode.NONE) throw tokenRefusal(parts, answer)
    if (last) return lifetimeOf(answer)
    if (answer.authBytes.length > MAX_TOKEN_BYTES) throw refused(parts, 'sent a token that is too long')
    const step = await asked<SaslStep>(parts, 'step', () => session.step(answer.authBytes))
    if (step.response === null) {
      if (step.done) return lifetimeOf(answer)
      throw refused(parts, 'has nothing to say, but the mechanism is not done')
    }
    token = step.response
    last = step.done
  }
  throw refused(parts, `asked for more than ${MAX_ROUNDS} tokens`)
}

/** Calls the mechanism; what it throws becomes an error that says where. */
function asked<T>(parts: LoginParts, what: Failure, ask: () => T | Promise<T>): T | Promise<T> {
  let given: T | Promise<T>
  try {
    given = ask()
  } catch (error) {
    throw failure(parts, what, error)
  }
  if (!(given instanceof Promise)) return given
  parts.onThinking(true)
  return given
    .catch((error: unknown) => {
      throw failure(parts, what, error)
    })
    .finally(() => parts.onThinking(false))
}

type Failure = 'start' | 'step'

function failure({ mechanism, broker }: LoginParts, what: Failure, error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  const why = error instanceof Error ? error.message : String(error)
  const subject = what === 'step' ? `broker ${broker} was refused` : `no login at broker ${broker}`
  return new AuthenticationError('SASL_AUTHENTICATION_FAILED', `${mechanism.name}: ${subject}: ${why}`, {
    broker,
    cause: error,
  })
}

function lifetimeOf({ sessionLifetimeMs }: TokenAnswer): number {
  return Math.max(0, Number(sessionLifetimeMs))
}

function refused({ mechanism, broker }: LoginParts, why: string): AuthenticationError {
  return new AuthenticationError('SASL_AUTHENTICATION_FAILED', `${mechanism.name}: broker ${broker} ${why}`, { broker })
}

/** What the broker offers instead is what its user needs to know (SAS-05). */
function handshakeRefusal(
  { mechanism, broker }: LoginParts,
  errorCode: number,
  mechanisms: readonly string[],
): AuthenticationError {
  const { name, message } = errorEntry(errorCode)
  const offered = mechanisms.slice(0, 20).join(', ')
  const instead = offered === '' ? 'no SASL mechanism on this listener' : offered
  const text =
    errorCode === ErrorCode.UNSUPPORTED_SASL_MECHANISM || errorCode === ErrorCode.ILLEGAL_SASL_STATE
      ? `broker ${broker} does not take SASL mechanism ${mechanism.name}; it offers ${instead}`
      : `broker ${broker} refused the handshake for ${mechanism.name}: ${message}`
  return new AuthenticationError(name, text, { broker })
}

function tokenRefusal(
  { mechanism, broker }: LoginParts,
  { errorCode, errorMessage }: TokenAnswer,
): AuthenticationError {
  const { name, message } = errorEntry(errorCode)
  const said = errorMessage === null || errorMessage === '' ? message : `The broker says: ${errorMessage}`
  return new AuthenticationError(name, `broker ${broker} refused the credentials (${mechanism.name}). ${said}`, {
    broker,
  })
}
