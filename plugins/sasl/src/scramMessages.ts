/** The broker's first message. */
export interface ServerFirst {
  /** As it came: the proof covers it. */
  readonly text: string
  readonly nonce: string
  readonly salt: Buffer
  readonly iterations: number
}

/** No honest message is nearly so long. */
const MAX_BYTES = 4096

/** Nonce of printable ASCII without a comma, salt in base64, rounds without a leading zero, perhaps extensions. */
const serverFirst = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9][0-9]{0,8})(?:,[A-Za-z]=[^,]*)*$/
const serverFinal = /^v=([A-Za-z0-9+/]+={0,2})(?:,[A-Za-z]=[^,]*)*$/
const serverError = /^e=([a-z-]{1,60})(?:,|$)/

/** Reads the broker's first message; throws for anything else. A mandatory extension is one that we do not know. */
export function parseServerFirst(challenge: Uint8Array): ServerFirst {
  const text = read(challenge)
  const [, nonce, salt, iterations] = serverFirst.exec(text) ?? []
  if (nonce === undefined || salt === undefined || iterations === undefined) throw new Error(fault('first', text))
  return { text, nonce, salt: decoded(salt), iterations: Number(iterations) }
}

/** Reads the broker's signature out of its last message; throws for an error and for anything else. */
export function parseServerFinal(challenge: Uint8Array): Buffer {
  const text = read(challenge)
  const [, signature] = serverFinal.exec(text) ?? []
  if (signature === undefined) throw new Error(fault('final', text))
  return decoded(signature)
}

function read(challenge: Uint8Array): string {
  if (challenge.length > MAX_BYTES) {
    throw new Error(`the broker sent a message of ${challenge.length} bytes; the limit is ${MAX_BYTES}`)
  }
  return Buffer.from(challenge.buffer, challenge.byteOffset, challenge.byteLength).toString('utf8')
}

/** Node passes over what does not belong into base64; one text must not stand for another. */
function decoded(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) throw new Error('the broker sent base64 that is not canonical')
  return bytes
}

function fault(which: string, text: string): string {
  const [, error] = serverError.exec(text) ?? []
  if (error !== undefined) return `the broker ended the exchange: ${error}`
  return `the broker's ${which} message is not one of SCRAM`
}
