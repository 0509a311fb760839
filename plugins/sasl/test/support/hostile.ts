import { inspect } from 'node:util'
import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import type { SaslName, ServerMechanism } from '@posthorn/testkit'
import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { saslServer } from '@posthorn/testkit/conformance'
import { createProducer } from 'posthorn'
import { oauthBearer, plain, scramSha256, scramSha512 } from '../../src/index.ts'

/** What came of an exchange with a broker that is not what it says. */
export interface HostileResult {
  readonly mechanism: SaslName
  readonly kind: string
  /** Whether the producer took the broker for its own: it sent something else than a login. */
  readonly accepted: boolean
  /** How the record that waited for the login ended, in virtual ms. */
  readonly code: string
  readonly ms: number
  /** Timers and connections that are left after `close`. */
  readonly left: number
  /** Whether the password is in the error or a log line. */
  readonly shown: boolean
}

const secret = 'correct-horse-battery'
const user = 'alice'

const plugins: Readonly<Record<SaslName, () => Plugin<SaslMechanism>>> = {
  PLAIN: () => plain({ username: user, password: secret }),
  'SCRAM-SHA-256': () => scramSha256({ username: user, password: secret }),
  'SCRAM-SHA-512': () => scramSha512({ username: user, password: secret }),
  OAUTHBEARER: () => oauthBearer({ token: () => secret }),
}

type Change = (honest: Uint8Array, random: () => number, turn: number) => Uint8Array

const int = (random: () => number, from: number, to: number): number => from + Math.floor(random() * (to - from))
const noise = (random: () => number, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => int(random, 0, 256))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const first =
  (change: (message: string, random: () => number) => string): Change =>
  (honest, random, turn) =>
    turn === 0 ? Buffer.from(change(text(honest), random), 'latin1') : honest

/** What a broker does to what it should have said. Each of them has to be refused by SCRAM. */
const kinds: Readonly<Record<string, Change>> = {
  truncated: (honest, random) => honest.slice(0, int(random, 0, honest.length)),
  oversized: (honest, random) => Buffer.concat([honest, Buffer.from(`,x=${'y'.repeat(int(random, 4096, 2 << 20))}`)]),
  noise: (_, random) => noise(random, int(random, 1, 600)),
  'changed byte': (honest, random) => {
    const changed = honest.slice()
    changed[int(random, 0, changed.length)]! ^= 1 << int(random, 0, 7)
    return changed
  },
  'another nonce': first((message, random) =>
    message.replace(/r=[^,]+/, `r=${Buffer.from(noise(random, 18)).toString('base64')}`),
  ),
  'our nonce alone': first((message) => message.replace(/r=([^,]{32})[^,]*/, 'r=$1')),
  'few iterations': first((message, random) => message.replace(/i=\d+/, `i=${int(random, 1, 4096)}`)),
  'many iterations': first((message, random) => message.replace(/i=\d+/, `i=${int(random, 100_001, 999_999_999)}`)),
  'iterations that are none': first((message, random) =>
    message.replace(/i=\d+/, `i=${['-1', '0', '4096.5', '1e9', '', '99999999999'][int(random, 0, 6)]!}`),
  ),
  'wrong signature': (honest, random, turn) =>
    turn === 0 ? honest : Buffer.from(`v=${Buffer.from(noise(random, int(random, 1, 80))).toString('base64')}`),
  'no signature': (honest, _, turn) => (turn === 0 ? honest : new Uint8Array(0)),
  'success at once': (_, __, turn) => new Uint8Array(turn),
  'an error': (_, random) => Buffer.from(`e=${['other-error', 'unknown-user', 'x'.repeat(100)][int(random, 0, 3)]!}`),
  'a mandatory extension': first((message) => `m=channel-binding,${message}`),
}

/** A broker that says something else than it should, and is content with everybody. */
function hostileServer(name: SaslName, kind: string, random: () => number): ServerMechanism {
  const verifyToken = () => ({ user })
  const honest = saslServer(name, { users: new Map([[user, secret]]), verifyToken, random })
  let recorded: readonly Uint8Array[] | undefined
  return {
    name,
    start() {
      const exchange = honest.start()
      const said: Uint8Array[] = []
      let turn = -1
      return {
        answer(token) {
          turn++
          let answer: Uint8Array
          try {
            answer = exchange.answer(token).token
          } catch {
            answer = noise(random, 40)
          }
          said.push(answer)
          if (kind === 'replayed') {
            recorded ??= recordedExchange(name, random)
            return { token: recorded[turn] ?? new Uint8Array(0), user }
          }
          return {
            token: kinds[kind]!(answer, random, turn),
            user: turn > 0 || kind === 'success at once' ? user : undefined,
          }
        },
      }
    },
  }
}

/** What an honest broker said to somebody else with the same name and password. */
function recordedExchange(name: SaslName, random: () => number): readonly Uint8Array[] {
  const server = saslServer(name, { users: new Map([[user, secret]]), verifyToken: () => ({ user }), random })
  const nonce = Buffer.from(noise(random, 24)).toString('base64')
  return [server.start().answer(Buffer.from(`n,,n=${user},r=${nonce}`)).token, Buffer.from('v=AAAA')]
}

/** One producer that wants to send a record, and a cluster that is not what it says, all drawn from a seed. */
export async function hostileExchange(seed: number): Promise<HostileResult> {
  const random = seededRandom(seed)
  const names = Object.keys(plugins) as SaslName[]
  const mechanism = names[int(random, 0, names.length)]!
  const isScram = mechanism.startsWith('SCRAM')
  const choice = isScram ? [...Object.keys(kinds), 'replayed'] : ['noise', 'an error']
  const kind = choice[int(random, 0, choice.length)]!
  const clock = new VirtualClock()
  const server = hostileServer(mechanism, kind, random)
  const cluster = createCluster({ clock, random, topics: { orders: 1 }, sasl: { mechanisms: [server] } })
  const lines: unknown[] = []
  const log = (...line: unknown[]): void => void lines.push(line)
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport({ chunking: true }),
    sasl: plugins[mechanism](),
    clock,
    random,
    maxBlockMs: 20_000,
    logger: { debug: log, info: log, warn: log, error: log },
  })
  const outcome = await clock.runUntil(
    producer.send({ topic: 'orders', value: 'x' }).then(
      () => null,
      (error: unknown) => error as Error & { code?: string },
    ),
    { limitMs: 60_000 },
  )
  const ms = clock.now()
  await clock.runUntil(producer.close({ timeoutMs: 0 }))
  await clock.runUntilIdle()
  const isLogin = (name: string): boolean => name === 'ApiVersions' || name.startsWith('Sasl')
  const shown = inspect([outcome, lines], { depth: 10, showHidden: true })
  return {
    mechanism,
    kind,
    accepted: outcome === null || cluster.history.some(({ apiName }) => !isLogin(apiName)),
    code: outcome?.code ?? 'stored',
    ms,
    left: clock.pending,
    shown: shown.includes(secret),
  }
}
