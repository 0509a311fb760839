import { crc32c } from '@posthorn/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Env, LogFields } from '@posthorn/contracts'
import { nativeChecksum } from '@posthorn/checksum-native'

function setup() {
  const logged: [string, LogFields | undefined][] = []
  const logger = {
    debug: (message: string, fields?: LogFields) => void logged.push([message, fields]),
    info() {},
    warn() {},
    error() {},
  }
  const env: Env = {
    clock: { now: () => 0, epochMs: () => 0, schedule: () => ({ cancel() {} }) },
    random: () => 0,
    logger,
    clientId: 'test',
  }
  return { env, logged }
}

describe('the native checksum', () => {
  it('is that of JavaScript, in one piece and in two', () => {
    const { env, logged } = setup()
    const native = nativeChecksum()(env)
    const bytes = fc.uint8Array({ maxLength: 2000, size: 'max' })
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const first = native.crc32c(a)
        expect(first >>> 0).toBe(crc32c.crc32c(a) >>> 0)
        expect(native.crc32c(b, first) >>> 0).toBe(crc32c.crc32c(b, crc32c.crc32c(a)) >>> 0)
        expect(native.crc32c(b, crc32c.crc32c(a)) >>> 0).toBe(native.crc32c(b, first) >>> 0)
      }),
    )
    expect(logged).toEqual([])
  })

  it('is used where it is quicker', () => {
    const { env } = setup()
    let calls = 0
    const load = () => (given: Uint8Array, seed?: number) => {
      calls++
      return crc32c.crc32c(given, seed)
    }
    const checksum = nativeChecksum({ load })(env)
    calls = 0
    checksum.crc32c(new Uint8Array(255))
    expect(calls).toBe(0)
    checksum.crc32c(new Uint8Array(256))
    expect(calls).toBe(1)
  })

  it.each([
    [
      'is missing',
      () => {
        throw new Error('no binary for this platform')
      },
    ],
    ['computes something else', () => () => 7],
  ])('gives way to JavaScript when it %s', (_, load) => {
    const { env, logged } = setup()
    expect(nativeChecksum({ load })(env)).toBe(crc32c)
    expect(logged).toHaveLength(1)
  })
})
