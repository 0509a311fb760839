import { describe, expect, test } from 'vitest'
import { AddressBook, type ResolvedAddress } from '../src/index.ts'

const v4 = (...addresses: string[]): ResolvedAddress[] => addresses.map((address) => ({ address, family: 4 }))
const v6 = (...addresses: string[]): ResolvedAddress[] => addresses.map((address) => ({ address, family: 6 }))

/** A book over a resolver that gives these answers in turn, the last one for ever. */
function book(...answers: (readonly ResolvedAddress[] | Error)[]): {
  next: () => Promise<string>
  connected(address: string): void
  lost(): void
  asked: string[]
} {
  const asked: string[] = []
  const addresses = new AddressBook((host) => {
    asked.push(host)
    const answer = answers[Math.min(asked.length, answers.length) - 1]!
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  })
  return {
    next: () => addresses.next('kafka', 9092),
    connected: (address) => addresses.connected('kafka', 9092, address),
    lost: () => addresses.connectionLost('kafka', 9092),
    asked,
  }
}

const take = async (next: () => Promise<string>, count: number): Promise<string[]> => {
  const taken: string[] = []
  for (let i = 0; i < count; i++) taken.push(await next())
  return taken
}

describe('KIP-602', () => {
  test('CON-09 all addresses are tried in turn, one per attempt', async () => {
    const { next, asked } = book(v4('a', 'b', 'c'))
    expect(await take(next, 3)).toEqual(['a', 'b', 'c'])
    expect(asked).toEqual(['kafka'])
  })

  test("CON-09 only addresses of the first one's family are tried", async () => {
    expect(await take(book([...v6('six'), ...v4('four'), ...v6('another six')]).next, 2)).toEqual([
      'six',
      'another six',
    ])
    expect(await take(book([...v4('four', 'four too'), ...v6('six')]).next, 2)).toEqual(['four', 'four too'])
  })

  test('CON-09 when none of a family could be reached, the other family is tried, and then the first again', async () => {
    const { next, asked } = book([...v6('::1', '::2'), ...v4('127.0.0.1')])
    expect(await take(next, 6)).toEqual(['::1', '::2', '127.0.0.1', '::1', '::2', '127.0.0.1'])
    expect(asked).toHaveLength(4)
  })

  test('CON-09 a name whose one family leads nowhere keeps to the one that does', async () => {
    const { next, connected, lost } = book([...v6('::1'), ...v4('127.0.0.1', '127.0.0.2')])
    expect(await take(next, 2)).toEqual(['::1', '127.0.0.1'])
    connected('127.0.0.1')
    lost()
    expect(await take(next, 1)).toEqual(['127.0.0.2'])
    connected('127.0.0.2')
    // Another connection to the same broker, while the first is well.
    expect(await take(next, 1)).toEqual(['127.0.0.1'])
  })

  test('CON-10 after the last address the name is resolved again', async () => {
    const { next, asked } = book(v4('a', 'b'), v4('c', 'd'))
    expect(await take(next, 4)).toEqual(['a', 'b', 'c', 'd'])
    expect(asked).toHaveLength(2)
  })

  test('CON-10 after an established connection was lost the name is resolved again', async () => {
    const { next, lost } = book(v4('a', 'b', 'c'), v4('d', 'e'))
    expect(await take(next, 1)).toEqual(['a'])
    lost()
    expect(await take(next, 2)).toEqual(['d', 'e'])
  })

  test('CON-11 the address tried last is skipped when it comes first and there are others', async () => {
    const { next, lost } = book(v4('a', 'b', 'c'))
    expect(await take(next, 1)).toEqual(['a'])
    lost()
    expect(await take(next, 2)).toEqual(['b', 'c'])
    expect(await take(next, 1)).toEqual(['a'])
  })

  test('CON-11 a single address is never skipped', async () => {
    const { next, asked } = book(v4('a'))
    expect(await take(next, 3)).toEqual(['a', 'a', 'a'])
    expect(asked).toHaveLength(3)
  })
})

describe('lookups', () => {
  test('CON-13 a lookup that failed is tried again by the next attempt', async () => {
    const { next } = book(new Error('no answer'), v4('a'))
    await expect(next()).rejects.toThrow('no answer')
    expect(await next()).toBe('a')
  })

  test('CON-13 a name without any address is an error', async () => {
    await expect(book([]).next()).rejects.toThrow('the name kafka has no address')
  })

  test('attempts that wait for one name share a lookup', async () => {
    const { next, asked } = book(v4('a', 'b'))
    expect(await Promise.all([next(), next(), next()])).toEqual(['a', 'b', 'a'])
    expect(asked).toHaveLength(1)
  })

  test.each(['127.0.0.1', '::1'])('%s is an address already', async (host) => {
    const addresses = new AddressBook(() => Promise.reject(new Error('asked')))
    expect(await addresses.next(host, 9092)).toBe(host)
    expect(addresses.size).toBe(0)
  })

  test('ports of one name have turns of their own', async () => {
    const addresses = new AddressBook(() => Promise.resolve(v4('a', 'b')))
    expect([await addresses.next('kafka', 1), await addresses.next('kafka', 2)]).toEqual(['a', 'a'])
  })

  test('no more than 1024 names are remembered; the one not asked for longest goes', async () => {
    let asked = 0
    const addresses = new AddressBook(() => Promise.resolve(v4(`first ${asked++}`, 'second')))
    for (let port = 1; port <= 1024; port++) await addresses.next('kafka', port)
    await addresses.next('kafka', 1)
    await addresses.next('kafka', 1025)
    expect(addresses.size).toBe(1024)
    expect(await addresses.next('kafka', 3)).toBe('second')
    expect(await addresses.next('kafka', 2)).toBe('first 1025')
  })
})
