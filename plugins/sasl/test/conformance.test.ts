import { saslConformance, saslServer } from '@posthorn/testkit/conformance'
import { seededRandom } from '@posthorn/testkit'
import type { SaslName } from '@posthorn/testkit'
import { describe, test } from 'vitest'
import { oauthBearer, plain, scramSha256, scramSha512 } from '../src/index.ts'

const login = { username: 'alice', password: 'correct-horse-battery' }
const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.'

const server = (name: SaslName) => () =>
  saslServer(name, {
    users: new Map([[login.username, login.password]]),
    verifyToken: (given) => (given === token ? { user: 'alice' } : { refused: 'invalid_token' }),
    random: seededRandom('server'),
  })

const soon = <T>(value: T): Promise<T> => Promise.resolve(value)
const unproved = { mutual: false, sealed: false }

const table = [
  ['PLAIN', 'PLAIN', () => plain(login), unproved],
  ['SCRAM-SHA-256', 'SCRAM-SHA-256', () => scramSha256(login), {}],
  ['SCRAM-SHA-512', 'SCRAM-SHA-512', () => scramSha512(login), {}],
  [
    'SCRAM-SHA-512, asking for the password',
    'SCRAM-SHA-512',
    () => scramSha512({ ...login, password: () => soon(login.password) }),
    {},
  ],
  ['OAUTHBEARER', 'OAUTHBEARER', () => oauthBearer({ token: () => token }), unproved],
  [
    'OAUTHBEARER, with a token that is kept',
    'OAUTHBEARER',
    () => oauthBearer({ token: ({ clock }) => soon({ value: token, expiresAtMs: clock.epochMs() + 3_600_000 }) }),
    unproved,
  ],
] as const

describe.each(table)('%s keeps the contract of SaslMechanism', (_, name, create, features) => {
  const secrets = name === 'OAUTHBEARER' ? [token] : [login.password]
  for (const each of saslConformance({ create, server: server(name), secrets, features })) test(each.name, each.run)
})
