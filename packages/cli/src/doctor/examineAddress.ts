import type { BrokerAddress, Env, SaslMechanism, Transport } from '@posthorn/contracts'
import { addressName } from '@posthorn/contracts'
import { BrokerSession } from '@posthorn/core'
import { produce } from '@posthorn/protocol'
import { ConnectionError, explain, explanationOf, type Explanation } from 'posthorn'
import type { DoctorNetwork } from './network.ts'
import type { Peeked } from './peek.ts'
import type { StepName } from './report.ts'
import type { Explain, StepRunner } from './stepRunner.ts'

/** With what addresses are examined. */
export interface Instruments {
  readonly runner: StepRunner
  readonly network: DoctorNetwork
  readonly transport: Transport
  /** `null`: we say nothing of who we are. */
  readonly mechanism: SaslMechanism | null
  readonly env: Env
}

/** A session that takes requests. */
export interface OpenSession {
  readonly session: BrokerSession
  readonly versions: { maximum(apiKey: number): number | undefined }
}

/** Says more of a failure where the address is one that a broker advertises. */
export type Context = (explanation: Explanation) => Explanation

/**
 * Goes all the way to a broker: name, port, TLS, versions, login. Returns the session, to be closed by the caller, or
 * `null` when a step failed.
 */
export async function examineAddress(
  address: BrokerAddress,
  { runner, network, transport, mechanism, env }: Instruments,
  context: Context = (explanation) => explanation,
): Promise<OpenSession | null> {
  const { host, port } = address
  const target = addressName(address)
  const inContext =
    (by: Explain): Explain =>
    async (error, signal) => {
      const explanation = await by(error, signal)
      return explanation === null ? null : context(explanation)
    }

  const addresses = await runner.run(target, 'resolve', () => resolve(network, target, host), inContext(explain))
  if (addresses === null) return null
  const reached = await runner.run(
    target,
    'connect',
    (signal) => knockAll(network, addresses, port, signal),
    inContext(explain),
  )
  if (reached === null) return null

  const closing = new AbortController()
  const session = new BrokerSession({ transport, address, clientId: env.clientId, signal: closing.signal })
  const step = async <T>(name: StepName, work: () => Promise<{ value: T; detail: string }>): Promise<T | null> =>
    runner.run(
      target,
      name,
      async (signal) => {
        const abort = (): void => closing.abort(signal.reason)
        signal.addEventListener('abort', abort, { once: true })
        try {
          return await work()
        } finally {
          signal.removeEventListener('abort', abort)
        }
      },
      inContext((error, signal) =>
        explainPort(error, signal, runner.stepTimeoutMs / 3, network, address, transport.secure),
      ),
    )
  const connect = async (): Promise<{ value: true; detail: string }> => {
    await session.connect()
    return { value: true, detail: transport.name }
  }
  if (transport.secure && (await step('tls', connect)) === null) return null
  const versions = await step('negotiate', async () => {
    if (!transport.secure) await session.connect()
    const value = await session.negotiate()
    return { value, detail: `Produce up to version ${value.maximum(produce.key) ?? 'none'}` }
  })
  const login = async (): Promise<{ value: number; detail: string }> => {
    const value = mechanism === null ? 0 : await session.authenticate(mechanism)
    const lasting = value > 0 ? `, for ${(value / 1000).toFixed(0)} s` : ''
    return { value, detail: `${mechanism?.name ?? ''}${lasting}` }
  }
  if (versions === null || (mechanism !== null && (await step('authenticate', login)) === null)) {
    session.close()
    return null
  }
  return { session, versions }
}

async function resolve(
  network: DoctorNetwork,
  target: string,
  host: string,
): Promise<{ value: readonly string[]; detail: string }> {
  try {
    const value = await network.lookup(host)
    if (value.length > 0) return { value, detail: value.join(', ') }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConnectionError('NAME_NOT_RESOLVED', `could not resolve ${host}: ${why}`, { broker: target, cause })
  }
  throw new ConnectionError('NAME_NOT_RESOLVED', `could not resolve ${host}: no address`, { broker: target })
}

async function knockAll(
  network: DoctorNetwork,
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<{ value: true; detail: string; warning?: string }> {
  const results = await Promise.allSettled(
    addresses.map((address) =>
      network.knock(address, port, signal).catch((error: unknown) => {
        // Only the signal's own reason says that time was over.
        throw signal.aborted ? signal.reason : error
      }),
    ),
  )
  const failures = results.flatMap((result, index) => {
    return result.status === 'rejected' ? [{ address: addresses[index] ?? '', reason: result.reason as unknown }] : []
  })
  const good = addresses.filter((address) => !failures.some((failure) => failure.address === address))
  const [first] = failures
  if (first !== undefined && good.length === 0) throw first.reason
  if (first === undefined) return { value: true, detail: good.join(', ') }
  const why = failures.map(
    ({ address, reason }) => `${address}: ${reason instanceof Error ? reason.message : String(reason)}`,
  )
  const warning = `${failures.length} of ${addresses.length} addresses cannot be reached (${why.join('; ')})`
  return { value: true, detail: good.join(', '), warning }
}

/** Errors that tell all by themselves; after any other it is worth to look at what is spoken on the port. */
async function explainPort(
  error: unknown,
  signal: AbortSignal,
  patienceMs: number,
  network: DoctorNetwork,
  { host, port }: BrokerAddress,
  secure: boolean,
): Promise<Explanation | null> {
  const found = explain(error)
  const isSettled = found !== null && (secure ? !plaintextCauses.has(found.cause) : !tlsCauses.has(found.cause))
  if (isSettled) return found
  const peeked = await network.peek(host, port, patienceMs, signal)
  const cause = causeOf(peeked, secure)
  return cause === null ? found : explanationOf(cause)
}

/** What a plaintext port may look like to TLS, and what hides behind it. */
const plaintextCauses: ReadonlySet<string> = new Set([
  ...['SSL_HANDSHAKE_INTERRUPTED', 'SSL_NOT_SPOKEN', 'CONNECTION_TIMEOUT', 'CONNECTION_FAILED', 'NETWORK_EXCEPTION'],
  'ECONNRESET',
])

/** What a port of TLS, or of something else, may look like in plaintext. */
const tlsCauses: ReadonlySet<string> = new Set([
  ...['NETWORK_EXCEPTION', 'CONNECTION_TIMEOUT', 'CONNECTION_FAILED', 'ECONNRESET', 'INVALID_FRAME'],
])

function causeOf(peeked: Peeked, secure: boolean): string | null {
  if (peeked === 'tls') return secure ? null : 'SSL_EXPECTED'
  if (peeked === 'kafka') return secure ? 'SSL_NOT_SPOKEN' : null
  if (peeked === 'silent') return 'NO_ANSWER'
  return peeked === 'closed' ? null : 'NOT_KAFKA'
}
