import type { SaslSession, SaslStep } from '@posthorn/contracts'
import type { ScramKeys } from './scramKeys.ts'
import { parseServerFinal, parseServerFirst } from './scramMessages.ts'

/** What one exchange goes by. */
export interface ScramExchange {
  readonly keys: ScramKeys
  readonly username: string
  readonly password: string
  /** Ours; printable ASCII without a comma. */
  readonly nonce: string
  readonly tokenAuth: boolean
  /** Rounds of PBKDF2 that are accepted. */
  readonly iterations: { readonly min: number; readonly max: number }
}

/** No channel binding, no other identity; in base64 it comes back in the final message, where the proof covers it. */
const HEADER = 'n,,'
const HEADER_BASE64 = 'biws'

/** One run of SCRAM. Whatever the broker says out of turn ends it for good. */
export function scramSession(exchange: ScramExchange): SaslSession {
  const extension = exchange.tokenAuth ? ',tokenauth=true' : ''
  const bare = `n=${escaped(exchange.username)},r=${exchange.nonce}${extension}`
  let next: ((challenge: Uint8Array) => SaslStep | Promise<SaslStep>) | null = onServerFirst
  return {
    first: Buffer.from(HEADER + bare),
    step(challenge) {
      const now = next
      next = null
      if (now === null) throw new Error('the broker spoke after the exchange was over')
      return now(challenge)
    },
  }

  function onServerFirst(challenge: Uint8Array): SaslStep | Promise<SaslStep> {
    const { text, nonce, salt, iterations } = parseServerFirst(challenge)
    if (!nonce.startsWith(exchange.nonce) || nonce.length === exchange.nonce.length) {
      throw new Error("the broker's nonce does not extend ours: this may be the answer to somebody else")
    }
    const { min, max } = exchange.iterations
    if (iterations < min)
      throw new Error(`the broker asks for ${iterations} iterations; fewer than ${min} are not safe`)
    if (iterations > max)
      throw new Error(`the broker asks for ${iterations} iterations; the limit is ${max} (maxIterations)`)
    const salted = exchange.keys.salted(exchange.password, salt, iterations)
    const prove = (key: Buffer): SaslStep => {
      const withoutProof = `c=${HEADER_BASE64},r=${nonce}`
      const signed = `${bare},${text},${withoutProof}`
      next = (final) => onServerFinal(final, key, signed)
      const proof = exchange.keys.proof(key, signed).toString('base64')
      return { response: Buffer.from(`${withoutProof},p=${proof}`), done: false }
    }
    return salted instanceof Promise ? salted.then(prove) : prove(salted)
  }

  function onServerFinal(challenge: Uint8Array, salted: Buffer, signed: string): SaslStep {
    const signature = parseServerFinal(challenge)
    if (!exchange.keys.verify(salted, signed, signature)) {
      throw new Error("the broker's signature is wrong: it does not know the password")
    }
    return { response: null, done: true }
  }
}

/** Names may have any character; these two have another meaning in the message. */
function escaped(username: string): string {
  return username.replaceAll('=', '=3D').replaceAll(',', '=2C')
}
