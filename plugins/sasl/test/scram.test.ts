import type { Plugin, SaslMechanism, SaslSession } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scramSha256 } from '../src/index.ts'
import { scram } from '../src/scram.ts'
import type { ScramOptions } from '../src/scram.ts'
import { address, bytes, env, text } from './support/exchange.ts'

/** RFC 7677, section 3. */
const rfc = {
  username: 'user',
  password: 'pencil',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
}

async function start(plugin: Plugin<SaslMechanism>): Promise<SaslSession> {
  return plugin(env()).start(address, new AbortController().signal)
}

function rfcSession(options: Partial<ScramOptions> = {}): Promise<SaslSession> {
  return start(scram('SHA-256', { username: rfc.username, password: rfc.password, ...options }, () => rfc.nonce))
}

/** What a session says to a first message in the RFC's place. */
async function answerTo(serverFirst: string, options: Partial<ScramOptions> = {}): Promise<string> {
  const session = await rfcSession(options)
  const { response } = await session.step(bytes(serverFirst))
  return text(response!)
}

const withIterations = (count: string): string => rfc.serverFirst.replace('i=4096', `i=${count}`)

describe('SCRAM-SHA-256', () => {
  it('SAS-09: runs the example of RFC 7677', async () => {
    const session = await rfcSession()
    expect(text(session.first)).toBe(rfc.clientFirst)
    const proof = await session.step(bytes(rfc.serverFirst))
    expect([text(proof.response!), proof.done]).toEqual([rfc.clientFinal, false])
    expect(await session.step(bytes(rfc.serverFinal))).toEqual({ response: null, done: true })
  })

  it('SAS-09: does not log in before the broker has proved that it knows the password', async () => {
    const wrong = [
      rfc.serverFinal.replace('6rri', '6rrj'),
      'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4',
      'v=AAAA',
      'v=',
      '',
      'e=other-error',
    ]
    for (const final of wrong) {
      const session = await rfcSession()
      await session.step(bytes(rfc.serverFirst))
      await expect(async () => session.step(bytes(final))).rejects.toThrow(/broker/)
      // Having been refused once, it stays so.
      await expect(async () => session.step(bytes(rfc.serverFinal))).rejects.toThrow(/after the exchange was over/)
    }
  })

  it('SAS-09: refuses a nonce that does not extend its own', async () => {
    for (const nonce of [
      'rOprNGfwEbeRWgbNEkqO',
      'xOprNGfwEbeRWgbNEkqO%hv',
      'rOprNGfwEbeRWgbNEkq',
      '%hvYDpWUa2RaTCAfuxFIl',
    ]) {
      await expect(answerTo(rfc.serverFirst.replace(/r=[^,]+/, `r=${nonce}`))).rejects.toThrow(/nonce/)
    }
  })

  it('SAS-09: takes from 4096 to maxIterations rounds, and no others', async () => {
    for (const count of ['1', '4095', '100001', '999999999']) {
      await expect(answerTo(withIterations(count))).rejects.toThrow(/iterations/)
    }
    for (const count of ['0', '-1', '04096', '4096.5', '4e3', '9999999999', ' 4096']) {
      await expect(answerTo(withIterations(count))).rejects.toThrow(/not one of SCRAM/)
    }
    expect(await answerTo(withIterations('4096'))).toBe(rfc.clientFinal)
    // Beyond Kafka's own maximum the key is made in Node's thread pool: the exchange is the same.
    expect(await answerTo(withIterations('20000'))).toMatch(/^c=biws,r=[^,]+,p=[A-Za-z0-9+/]{43}=$/)
    await expect(answerTo(withIterations('8192'), { maxIterations: 8191 })).rejects.toThrow('limit is 8191')
  })

  it.each([
    ['a mandatory extension', `m=ext,${rfc.serverFirst}`],
    ['no salt', rfc.serverFirst.replace(/s=[^,]*/, 's=')],
    ['salt that is no base64', rfc.serverFirst.replace(/s=[^,]*/, 's=W22Z*J0S')],
    ['salt in base64 that is not canonical', rfc.serverFirst.replace('gQ==', 'gR==')],
    ['another order', 's=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,r=rOprNGfwEbeRWgbNEkqO%hv'],
    ['something behind', `${rfc.serverFirst},`],
    ['a message that is too long', `${rfc.serverFirst},x=${'y'.repeat(5000)}`],
    ['nothing', ''],
    ['an error', 'e=unknown-user'],
  ])('SAS-09: refuses %s', async (_, serverFirst) => {
    await expect(answerTo(serverFirst)).rejects.toThrow(/broker/)
  })

  it('SAS-09: tells another salt, name or password apart', async () => {
    expect(await answerTo(rfc.serverFirst.replace('W22Z', 'X22Z'))).not.toBe(rfc.clientFinal)
    expect(await answerTo(rfc.serverFirst, { username: 'other' })).not.toBe(rfc.clientFinal)
    expect(await answerTo(rfc.serverFirst, { password: 'Pencil' })).not.toBe(rfc.clientFinal)
  })

  it('SAS-10: names a delegation token as one', async () => {
    const { first } = await rfcSession({ tokenAuth: true })
    expect(text(first)).toBe(`${rfc.clientFirst},tokenauth=true`)
  })

  it('SAS-09: prepares by SASLprep only where it is asked for', async () => {
    // A soft hyphen is mapped to nothing, a Roman numeral to letters (RFC 4013, section 3).
    const first = async (saslPrep: boolean): Promise<string> =>
      text((await rfcSession({ username: 'I\u00adX\u2168', saslPrep })).first)
    expect(await first(true)).toBe('n,,n=IXIX,r=rOprNGfwEbeRWgbNEkqO')
    expect(await first(false)).toBe('n,,n=I\u00adX\u2168,r=rOprNGfwEbeRWgbNEkqO')
    const password = await answerTo(rfc.serverFirst, { password: 'pen\u00adcil', saslPrep: true })
    expect(password).toBe(rfc.clientFinal)
    await expect(rfcSession({ password: 'bell\u0007', saslPrep: true })).rejects.toThrow(/prohibits$/)
  })

  it('SAS-09: makes the key once for all connections, and anew for another password', async () => {
    let password = 'pencil'
    const plugin = scram('SHA-256', { username: 'user', password: () => password }, () => rfc.nonce)(env())
    const proofs: string[] = []
    for (const next of ['pencil', 'pencil', 'other', 'pencil']) {
      password = next
      const session = await plugin.start(address, new AbortController().signal)
      proofs.push(text((await session.step(bytes(rfc.serverFirst))).response!))
    }
    expect(proofs.map((proof) => proof === rfc.clientFinal)).toEqual([true, true, false, true])
  })

  it('has a nonce of its own for each exchange', async () => {
    const plugin = scramSha256({ username: 'user', password: 'pencil' })
    const firsts = await Promise.all(Array.from({ length: 100 }, async () => text((await start(plugin)).first)))
    expect(new Set(firsts).size).toBe(100)
    for (const first of firsts) expect(first).toMatch(/^n,,n=user,r=[A-Za-z0-9+/]{32}$/)
  })

  it('SAS-09: takes no answer but the true one, however it is changed', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(change, { minLength: 1, maxLength: 4 }), async (early, changes) => {
        const first = bytes(rfc.serverFirst)
        const final = bytes(rfc.serverFinal)
        const damaged = early ? first : final
        for (const [at, value] of changes) damaged[at % damaged.length] = value
        const isSame = text(first) === rfc.serverFirst && text(final) === rfc.serverFinal
        const session = await rfcSession()
        const outcome = await (async () => {
          await session.step(first)
          return (await session.step(final)).done
        })().catch(() => false)
        expect(outcome).toBe(isSame)
      }),
      { numRuns: 300 },
    )
  })

  it.each([0, 4095, 4096.5, 10_000_001, '8192'])('refuses maxIterations %s', (maxIterations) => {
    const make = () => scramSha256({ username: 'a', password: 'b', maxIterations: maxIterations as number })
    expect(make).toThrow(ConfigError)
  })
})
