import { createHash } from 'node:crypto'

/** Numbers of partitions that the vectors were made for; the last shows nearly the whole hash, sign included. */
export const counts = [1, 2, 3, 6, 7, 12, 100, 1000, 2_147_483_647] as const

/** The keys of the vectors, the same in every run: texts of many scripts, ids, numbers, and bytes of every length. */
export function vectorKeys(): Buffer[] {
  const keys: Buffer[] = [Buffer.alloc(0)]
  for (let byte = 0; byte < 256; byte++) keys.push(Buffer.of(byte))
  for (let i = 0; i < 600; i++) keys.push(Buffer.from(`key-${i}`), Buffer.from(String(i * i * 37)))
  for (let i = 0; i < 400; i++) keys.push(Buffer.from(uuid(i)), Buffer.from(words(i)))
  for (let length = 1; length < 1024; length += length < 64 ? 1 : 37) {
    for (let i = 0; i < 16; i++) keys.push(noise(length, i))
    keys.push(Buffer.alloc(length, 0xff), Buffer.alloc(length, 0x80))
  }
  return keys
}

const samples = [
  'Zürich',
  'naïve',
  'Łódź',
  'Ελλάδα',
  'Москва',
  'עברית',
  'العربية',
  'हिन्दी',
  'ไทย',
  '日本語',
  '한국어',
  '🎺🪶',
  'e\u0301',
  '\u0000',
]

function words(i: number): string {
  return `${samples[i % samples.length]!}${i}${samples[(i * 5 + 3) % samples.length]!}`
}

function uuid(i: number): string {
  const hex = createHash('sha256').update(`uuid ${i}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function noise(length: number, seed: number): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < length; at += 32) pieces.push(createHash('sha256').update(`${length} ${seed} ${at}`).digest())
  return Buffer.concat(pieces).subarray(0, length)
}
