import { ConfigError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import type { RegistrySerializer } from '../src/index.ts'
import { schemaRegistry } from '../src/index.ts'
import { Headers, envWithLog } from './support/collect.ts'

const text = (value: unknown): Buffer => Buffer.from(String(value))
const frame = Buffer.of(0, 0, 0, 0, 9)

/** A registry's serializer that counts how often it is asked. */
function serializer(make: (value: unknown) => Buffer): RegistrySerializer & { asked: number; closed: number } {
  return {
    asked: 0,
    closed: 0,
    serialize(_topic, value) {
      this.asked++
      return Promise.resolve(make(value))
    },
    close() {
      this.closed++
    },
  }
}

const framing = (): ReturnType<typeof serializer> => serializer((value) => Buffer.concat([frame, text(value)]))

describe('without encode', () => {
  test('every record is asynchronous, and the registry’s serializer is closed with the producer', async () => {
    const registry = framing()
    const made = schemaRegistry(registry)(envWithLog().env)
    for (const value of ['a', 'b'])
      expect(await made.serialize('t', value, new Headers())).toEqual(Buffer.concat([frame, text(value)]))
    expect(registry.asked).toBe(2)
    made.close?.()
    expect(registry.closed).toBe(1)
  })

  test('SER-03: what the registry’s serializer throws is passed on', async () => {
    const registry: RegistrySerializer = { serialize: () => Promise.reject(new Error('no such subject')) }
    await expect(schemaRegistry(registry)(envWithLog().env).serialize('t', 'a', new Headers())).rejects.toThrow(
      'no such subject',
    )
  })
})

describe('with encode', () => {
  test('each topic and each kind shows its own frame', async () => {
    const registry: RegistrySerializer = {
      serialize: (topic, value) =>
        Promise.resolve(Buffer.concat([Buffer.of(0, 0, 0, 0, topic.length, String(value).charCodeAt(0)), text(value)])),
    }
    const made = schemaRegistry<string>(registry, { encode: text, kindOf: (value) => value[0]! })(envWithLog().env)
    for (const [topic, value] of [
      ['one', 'a1'],
      ['one', 'b1'],
      ['second', 'a1'],
    ] as const) {
      const first = made.serialize(topic, value, new Headers())
      expect(first).toBeInstanceOf(Promise)
      const again = (await first, made.serialize(topic, `${value}x`, new Headers()))
      expect(again).toEqual(Uint8Array.of(0, 0, 0, 0, topic.length, value.charCodeAt(0), ...text(`${value}x`)))
    }
  })

  test.each<[string, (value: unknown) => Buffer]>([
    ['writes something else', (value) => Buffer.concat([frame, text(value).map((byte) => byte ^ 1)])],
    ['puts no frame before the value', text],
    ['puts something else before the value', (value) => Buffer.concat([Buffer.of(7, 7, 7, 7, 7), text(value)])],
  ])('a serializer that %s goes on to be asked for every record, and a warning says so', async (_, make) => {
    const registry = serializer(make)
    const { env, warnings } = envWithLog()
    const made = schemaRegistry(registry, { encode: text })(env)
    for (const value of ['a', 'b', 'c']) expect(await made.serialize('t', value, new Headers())).toEqual(make(value))
    expect(registry.asked).toBe(3)
    expect(warnings).toEqual(['schemaRegistry: encode differs from what the serializer writes; it is not used'])
  })

  test('SER-03: what encode throws refuses the record', async () => {
    const encode = (value: string): Buffer => {
      if (value === 'bad') throw new TypeError('expected something else')
      return text(value)
    }
    const made = schemaRegistry(framing(), { encode })(envWithLog().env)
    await made.serialize('t', 'good', new Headers())
    expect(() => made.serialize('t', 'bad', new Headers())).toThrow('expected something else')
  })
})

test('what has no serialize is refused', () => {
  expect(() => schemaRegistry({} as never)).toThrow(ConfigError)
})
