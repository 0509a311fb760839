import { expect, test } from 'vitest'
import { murmur2 } from '../src/index.ts'

const hash = (text: string): number => murmur2(new TextEncoder().encode(text))

test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
  ['', 275646681],
  ['100:48069', 1009543857],
])('PRT-04 murmur2 of %j is what the Java client gives, %i', (text, expected) => {
  expect(hash(text)).toBe(expected)
})

test('PRT-03 masking the sign bit of a negative hash is not an unsigned conversion', () => {
  const negative = hash('21')
  expect((negative & 0x7fffffff) % 12).toBe(1173551340 % 12)
  expect((negative >>> 0) % 100).not.toBe((negative & 0x7fffffff) % 100)
})

test('PRT-04 murmur2 reads a view, not the memory around it', () => {
  const memory = new TextEncoder().encode('--foobar--')
  expect(murmur2(memory.subarray(2, 8))).toBe(-790332482)
})
