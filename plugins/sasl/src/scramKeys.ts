import { createHash, createHmac, pbkdf2, pbkdf2Sync, timingSafeEqual } from 'node:crypto'

/** Hash functions that Kafka has SCRAM with. */
export type ScramHash = 'SHA-256' | 'SHA-512'

const lengths: Readonly<Record<ScramHash, number>> = { 'SHA-256': 32, 'SHA-512': 64 }

/** Up to here, Kafka's own maximum, the key is made at once: 4096 rounds take some 2 ms. Beyond, in Node's thread pool. */
const SYNC_ITERATIONS = 16_384

/**
 * The arithmetic of SCRAM for one hash. Remembers the last key, as RFC 5802 allows: all brokers of a cluster share salt and
 * rounds, so a producer makes it once.
 */
export class ScramKeys {
  readonly #algorithm: string
  readonly #length: number
  #last: {
    readonly password: string
    readonly salt: string
    readonly iterations: number
    readonly key: Buffer
  } | null = null

  constructor(hash: ScramHash) {
    this.#algorithm = hash.replace('-', '').toLowerCase()
    this.#length = lengths[hash]
  }

  /** The salted password. */
  salted(password: string, salt: Buffer, iterations: number): Buffer | Promise<Buffer> {
    const name = salt.toString('base64')
    const last = this.#last
    if (last !== null && last.password === password && last.salt === name && last.iterations === iterations) {
      return last.key
    }
    const remember = (key: Buffer): Buffer => {
      this.#last = { password, salt: name, iterations, key }
      return key
    }
    if (iterations <= SYNC_ITERATIONS) {
      return remember(pbkdf2Sync(password, salt, iterations, this.#length, this.#algorithm))
    }
    return new Promise((resolve, reject) => {
      pbkdf2(password, salt, iterations, this.#length, this.#algorithm, (error, key) => {
        if (error === null) resolve(remember(key))
        else reject(error)
      })
    })
  }

  /** What shows the broker that we have the salted password. */
  proof(salted: Buffer, signed: string): Buffer {
    const clientKey = this.#hmac(salted, 'Client Key')
    const storedKey = createHash(this.#algorithm).update(clientKey).digest()
    const signature = this.#hmac(storedKey, signed)
    return Buffer.from(clientKey.map((byte, i) => byte ^ signature[i]!))
  }

  /** Whether the broker has shown that it knows the password too; takes the same time for every wrong answer. */
  verify(salted: Buffer, signed: string, given: Buffer): boolean {
    const expected = this.#hmac(this.#hmac(salted, 'Server Key'), signed)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#algorithm, key).update(text).digest()
  }
}
