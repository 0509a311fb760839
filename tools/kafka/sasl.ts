import { pbkdf2Sync, randomBytes } from 'node:crypto'
import type { Listener } from './listeners.ts'
import { array, call, int32, string } from './wire.ts'

/** Passwords by name. */
export type SaslUsers = Readonly<Record<string, string>>

/** How clients of a listener log in. */
export interface SaslListenerOptions {
  /** Who may, by PLAIN; for SCRAM see {@link addScramUsers}. OAUTHBEARER takes unsecured tokens of anybody. */
  readonly users: SaslUsers
  /** Default: all four. */
  readonly mechanisms?: readonly string[]
  /** `connections.max.reauth.ms`. Default: sessions do not end. */
  readonly sessionLifetimeMs?: number
  /** Makes the listener SASL_SSL: the properties of its TLS part. Default: SASL_PLAINTEXT. */
  readonly tls?: Listener
}

const modules = 'org.apache.kafka.common.security'

/** A listener that asks its clients who they are. */
export function saslListener(name: string, options: SaslListenerOptions): Listener {
  const {
    users,
    mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
    sessionLifetimeMs,
    tls,
  } = options
  const own = (key: string): string => `listener.name.${name.toLowerCase()}.${key}`
  const known = Object.entries(users).map(([user, password]) => `user_${user}="${password}"`)
  const logins: Readonly<Record<string, string>> = {
    PLAIN: `${modules}.plain.PlainLoginModule required ${known.join(' ')};`,
    OAUTHBEARER: `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  }
  const scram = `${modules}.scram.ScramLoginModule required;`
  return {
    name,
    protocol: tls === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL',
    properties: {
      ...tls?.properties,
      [own('sasl.enabled.mechanisms')]: mechanisms.join(','),
      ...(sessionLifetimeMs !== undefined && { [own('connections.max.reauth.ms')]: String(sessionLifetimeMs) }),
      ...Object.fromEntries(
        mechanisms.map((mechanism) => [own(`${mechanism.toLowerCase()}.sasl.jaas.config`), logins[mechanism] ?? scram]),
      ),
    },
  }
}

/** Kafka's numbers for what it keeps of a password. */
const hashes = [
  { number: 1, algorithm: 'sha256', length: 32 },
  { number: 2, algorithm: 'sha512', length: 64 },
] as const

/** Has the cluster know users by SCRAM-SHA-256 and -512, as `kafka-configs` does: by the bytes of their passwords. */
export async function addScramUsers(port: number, users: SaslUsers): Promise<void> {
  // A user may be in a request once.
  for (const { number, algorithm, length } of hashes) {
    const entries = Object.entries(users).map(([user, password]) => {
      const salt = randomBytes(16)
      const salted = pbkdf2Sync(password, salt, 4096, length, algorithm)
      return Buffer.concat([
        compact(Buffer.from(user)),
        Buffer.of(number),
        int32(4096),
        compact(salt),
        compact(salted),
        noTags,
      ])
    })
    const body = Buffer.concat([Buffer.of(1), Buffer.of(entries.length + 1), ...entries, noTags])
    const answer = await call({ port, apiKey: 51, version: 0, flexible: true, body, timeoutMs: 20_000 })
    answer.int32()
    for (let left = answer.int8() - 1; left > 0; left--) {
      answer.skip(answer.int8() - 1)
      const error = answer.int16()
      if (error !== 0) throw new Error(`a user was not added (error ${error})`)
      answer.skip(Math.max(0, answer.int8() - 1) + 1)
    }
  }
}

const resources = { topic: 2, cluster: 4, transactionalId: 5 } as const
const operations = { All: 2, Write: 4, Describe: 8, IdempotentWrite: 12 } as const

/** A permission; the cluster's own name is `kafka-cluster`. */
export interface TestAcl {
  readonly user: string
  readonly operation: keyof typeof operations
  readonly resource: keyof typeof resources
  readonly name: string
}

/** Allows something on a cluster that has an authorizer. */
export async function addAcls(port: number, acls: readonly TestAcl[]): Promise<void> {
  const entries = acls.map(({ user, operation, resource, name }) =>
    Buffer.concat([
      Buffer.of(resources[resource]),
      string(name),
      Buffer.of(3),
      string(`User:${user}`),
      string('*'),
      Buffer.of(operations[operation], 3),
    ]),
  )
  const answer = await call({ port, apiKey: 30, version: 1, body: array(entries), timeoutMs: 20_000 })
  answer.int32()
  answer.array(() => {
    const error = answer.int16()
    const text = answer.string()
    if (error !== 0) throw new Error(`a permission was not added: ${text} (error ${error})`)
  })
}

const noTags = Buffer.of(0)

/** Bytes of at most 126 behind their length in the flexible form. */
function compact(bytes: Buffer): Buffer {
  if (bytes.length > 126) throw new RangeError(`${bytes.length} bytes; this tool writes at most 126`)
  return Buffer.concat([Buffer.of(bytes.length + 1), bytes])
}
