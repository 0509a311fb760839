import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import type { ServerAnswer, ServerExchange, ServerMechanism, Users } from '../serverMechanism.ts'
import { invalidCredentials, SaslRefusal } from '../serverMechanism.ts'

/** Hash functions that Kafka has SCRAM with. */
export type ScramHash = 'SHA-256' | 'SHA-512'

/** How SCRAM's secrets are stored. */
export interface ScramServerOptions {
  /** Rounds of PBKDF2. Default 4096, Kafka's own. */
  readonly iterations?: number | undefined
  /** Where salt and nonce come from: uniform in [0, 1). */
  readonly random: () => number
}

const firstMessage = /^n,(?:a=[^,]*)?,(n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/
const finalMessage = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)),p=([A-Za-z0-9+/=]+)$/

/** SCRAM (RFC 5802) as Kafka's broker does it: passwords are taken as they are, without SASLprep. */
export function scramServer(hash: ScramHash, users: Users, options: ScramServerOptions): ServerMechanism {
  const name = `SCRAM-${hash}`
  return { name, start: () => new ScramExchange(name, hash.replace('-', ''), users, options) }
}

/** What the broker remembers of the client's first message and of its own. */
interface Begun {
  readonly user: string
  readonly bare: string
  readonly first: string
  readonly nonce: string
  readonly salted: Buffer
}

class ScramExchange implements ServerExchange {
  readonly #name: string
  readonly #hash: string
  readonly #users: Users
  readonly #options: ScramServerOptions
  #begun: Begun | undefined

  constructor(name: string, hash: string, users: Users, options: ScramServerOptions) {
    this.#name = name
    this.#hash = hash
    this.#users = users
    this.#options = options
  }

  answer(token: Uint8Array): ServerAnswer {
    const message = Buffer.from(token).toString('utf8')
    return this.#begun === undefined ? this.#first(message) : this.#final(message, this.#begun)
  }

  #first(message: string): ServerAnswer {
    const [, bare, escaped, clientNonce] = firstMessage.exec(message) ?? []
    if (bare === undefined || escaped === undefined || clientNonce === undefined) throw malformed(this.#name)
    const user = escaped.replaceAll('=2C', ',').replaceAll('=3D', '=')
    const password = this.#users.get(user)
    if (password === undefined) throw invalidCredentials(this.#name)
    const { iterations = 4096 } = this.#options
    const salt = this.#bytes(16)
    const nonce = clientNonce + this.#bytes(18).toString('base64').replaceAll('=', '')
    const first = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`
    const length = createHash(this.#hash).update('').digest().length
    const salted = pbkdf2Sync(password, salt, iterations, length, this.#hash)
    this.#begun = { user, bare, first, nonce, salted }
    return { token: Buffer.from(first) }
  }

  #final(message: string, begun: Begun): ServerAnswer {
    const [, withoutProof, binding, nonce, proof] = finalMessage.exec(message) ?? []
    if (withoutProof === undefined || binding !== 'biws') throw malformed(this.#name)
    if (nonce !== begun.nonce) throw new SaslRefusal(`Invalid client nonce in the final message (${this.#name})`)
    const signed = `${begun.bare},${begun.first},${withoutProof}`
    const clientKey = this.#hmac(begun.salted, 'Client Key')
    const storedKey = createHash(this.#hash).update(clientKey).digest()
    const expected = clientKey.map((byte, i) => byte ^ (this.#hmac(storedKey, signed)[i] ?? 0))
    const given = Buffer.from(proof ?? '', 'base64')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalidCredentials(this.#name)
    const signature = this.#hmac(this.#hmac(begun.salted, 'Server Key'), signed)
    return { token: Buffer.from(`v=${signature.toString('base64')}`), user: begun.user }
  }

  #hmac(key: Uint8Array, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest()
  }

  #bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => Math.floor(this.#options.random() * 256)))
  }
}

function malformed(name: string): SaslRefusal {
  return new SaslRefusal(`Invalid ${name} message`)
}
