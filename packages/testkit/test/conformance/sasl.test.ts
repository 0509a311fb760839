import type { Env, SaslMechanism, SaslSession, SaslStep } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { saslConformance, SaslRefusal, type ServerMechanism } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'
import { secret, sign, toy, toyServer, toySession } from './toyMechanism.ts'

type Make = (env: Env) => SaslMechanism

const bug = (what: string, make: Make, ...caught: string[]): Planted<SaslMechanism> => ({
  bug: what,
  create: () => make,
  caught,
})

/** The toy with something else in the place of its sessions. */
const session =
  (change: (given: SaslSession, env: Env) => SaslSession): Make =>
  (env) => ({ ...toy(env), start: () => change(toySession(env, secret), env) })

const step =
  (change: (challenge: Uint8Array, next: SaslSession['step']) => SaslStep | Promise<SaslStep>): Make =>
  (env) =>
    session((given) => ({ first: given.first, step: (challenge) => change(challenge, (it) => given.step(it)) }))(env)

const name = 'the name is one that SASL allows'
const again = 'it logs in, again and again'
const overlap = 'exchanges that overlap keep apart'
const share = 'two instances share nothing: one works after the other was closed'
const tokenStays = 'a token stays as it was given'
const view = 'a challenge is read, not the memory around it'
const notKept = 'a challenge is not kept'
const aborted = 'a signal that has aborted is not waited for, and its reason is the error'
const closed = 'close leaves nothing scheduled'
const huge = 'a challenge of 1 MiB is not taken for the end of a login'
const afterEnd = 'what the broker says after the end is refused'
const changed = 'a challenge with a changed byte is refused'
const short = 'a challenge that was cut short is refused'
const replayed = 'what a broker said in another exchange is refused'
const inspected = 'no secret is in what inspect shows'
const inError = 'no secret is in an error'
const inLog = 'no secret is in a log line'
const sealed = 'no token contains a secret'
const plaintext = 'plaintext tells whether a token contains a secret'

const everyLogin = [again, overlap, share, tokenStays, view, notKept, closed, afterEnd, changed, short, replayed]
const others = [inspected, inLog, sealed, plaintext]

/** A session that says more or less of a word than it should. */
const weak = (check: (text: string, turn: number, both: string) => boolean): Make =>
  session((given) => {
    let turn = 0
    let both = ''
    return {
      first: given.first,
      step(challenge) {
        const text = Buffer.from(challenge).toString('latin1')
        turn++
        if (turn === 1) both = `${Buffer.from(given.first).toString()} ${text.split(' ')[0]!}`
        if (turn > 2 || !check(text, turn, both)) throw new Error('no')
        return turn === 1
          ? { response: Buffer.from(sign(secret, `client ${both}`)), done: false }
          : { response: null, done: true }
      },
    }
  })

/** Shows the word to whoever listens. */
const sendingWord = session((inner) => ({
  first: inner.first,
  async step(challenge) {
    const { response, done } = await inner.step(challenge)
    return { response: response === null ? null : Buffer.concat([response, Buffer.from(` ${secret}`)]), done }
  },
}))

describe('saslConformance', () => {
  plantedBugs<SaslMechanism>(
    'saslConformance',
    (create, patienceMs) => saslConformance({ create, server: toyServer, secrets: [secret], patienceMs }),
    () => (env) => toy(env),
    [
      bug('a name with a space', (env) => ({ ...toy(env), name: 'A TOY' }), name),
      bug('another word', (env) => toy(env, () => 'open barley'), ...everyLogin, ...others),
      bug(
        'done before the broker has taken it',
        step(async (challenge, next) => {
          const { response } = await next(challenge)
          return { response: null, done: response === null || response.length > 0 }
        }),
        ...[again, overlap, share, tokenStays, view, notKept, closed, inspected, inLog, sealed, plaintext],
        ...[changed, short, replayed],
      ),
      bug(
        'logs in once',
        (env) => {
          let used = false
          const it = toy(env)
          return {
            ...it,
            start(to, signal) {
              if (used) throw new Error('used')
              used = true
              return it.start(to, signal)
            },
          }
        },
        ...[again, overlap, share, tokenStays, inspected],
      ),
      bug(
        'is used up by two logins',
        (env) => {
          let logins = 0
          return {
            ...toy(env),
            start() {
              if (logins === 2) throw new Error('used up')
              const given = toySession(env, secret)
              return {
                first: given.first,
                async step(challenge) {
                  const answer = await given.step(challenge)
                  if (answer.done) logins++
                  return answer
                },
              }
            },
          }
        },
        again,
      ),
      bug(
        'all exchanges in one',
        (env) => {
          let latest = toySession(env, secret)
          return {
            ...toy(env),
            start: () => {
              latest = toySession(env, secret)
              return { first: latest.first, step: (challenge) => latest.step(challenge) }
            },
          }
        },
        overlap,
      ),
      bug(
        'what close ends is shared by all instances',
        (() => {
          let open = true
          return (env: Env): SaslMechanism => {
            const it = toy(env)
            open = true
            return {
              ...it,
              start(to, signal) {
                if (!open) throw new Error('closed')
                return it.start(to, signal)
              },
              close: () => {
                open = false
              },
            }
          }
        })(),
        share,
      ),
      bug(
        'one memory for all first tokens',
        (env) => {
          const memory = Buffer.alloc(64)
          return session((given) => {
            const length = Buffer.from(given.first).copy(memory)
            return { first: memory.subarray(0, length), step: (challenge) => given.step(challenge) }
          })(env)
        },
        overlap,
        tokenStays,
      ),
      bug(
        'a login that is done wipes the tokens of all',
        (env) => {
          const given: Uint8Array[] = []
          return session((inner) => {
            given.push(inner.first)
            return {
              first: inner.first,
              async step(challenge) {
                const answer = await inner.step(challenge)
                if (answer.done) for (const token of given) token.fill(0)
                return answer
              },
            }
          })(env)
        },
        tokenStays,
      ),
      bug(
        'reads the memory around a challenge',
        step((challenge, next) => next(new Uint8Array(challenge.buffer))),
        view,
      ),
      bug(
        'keeps a challenge',
        session((given) => {
          let kept: Uint8Array | undefined
          return {
            first: given.first,
            async step(challenge) {
              const answer = await given.step(challenge)
              if (kept !== undefined && kept.every((byte) => byte === 0x5a)) throw new Error('it is another now')
              kept = challenge
              return answer
            },
          }
        }),
        notKept,
      ),
      bug(
        'waits although nobody wants it',
        (env) => ({
          ...toy(env),
          start: (_to, signal) => (signal.aborted ? new Promise(() => {}) : toySession(env, secret)),
        }),
        aborted,
      ),
      bug(
        'an error of its own for an abort',
        (env) => ({
          ...toy(env),
          start(_to, signal) {
            if (signal.aborted) throw new Error('aborted')
            return toySession(env, secret)
          },
        }),
        aborted,
      ),
      bug(
        'a timer that goes on',
        (env) => {
          env.clock.schedule(3_600_000, () => {}, true)
          return toy(env)
        },
        closed,
      ),
      bug(
        'takes anything long for the end',
        step((challenge, next) => (challenge.length > 10_000 ? { response: null, done: true } : next(challenge))),
        huge,
      ),
      bug(
        'done again and again',
        session((given) => {
          let done = false
          return {
            first: given.first,
            async step(challenge) {
              if (done) return { response: null, done }
              const answer = await given.step(challenge)
              ;({ done } = answer)
              return answer
            },
          }
        }),
        afterEnd,
      ),
      bug(
        'does not look at the last byte',
        weak((text, turn, both) => {
          const expected =
            turn === 1 ? `${both.split(' ')[1]!} ${sign(secret, `server ${both}`)}` : sign(secret, `welcome ${both}`)
          return text.length === expected.length && text.slice(0, 20) === expected.slice(0, 20)
        }),
        changed,
      ),
      bug(
        'compares what there is',
        weak((text, turn, both) => {
          const expected =
            turn === 1 ? `${both.split(' ')[1]!} ${sign(secret, `server ${both}`)}` : sign(secret, `welcome ${both}`)
          return text.length > 2 && expected.startsWith(text)
        }),
        short,
      ),
      bug('the same nonce for ever', (env) => toy({ ...env, random: () => 0.5 }), replayed),
      bug('the word is a member', (env) => ({ ...toy(env), word: secret }) as SaslMechanism, inspected),
      bug(
        'says the word to whoever errs',
        step(async (challenge, next) => {
          try {
            return await next(challenge)
          } catch (error) {
            throw new Error(`not by ${secret}`, { cause: error })
          }
        }),
        inError,
      ),
      bug(
        'logs the word',
        (env) => ({
          ...toy(env),
          start: () => {
            env.logger.debug('begins', { word: secret })
            return toySession(env, secret)
          },
        }),
        inLog,
      ),
      bug('sends the word behind the proof, and does not say so', sendingWord, sealed, plaintext),
      bug('sends the word behind the proof', (env) => ({ ...sendingWord(env), plaintext: true }), sealed),
      bug('says that it sends the word', (env) => ({ ...toy(env), plaintext: true }), plaintext),
    ],
  )

  test('who is asked once has a broker that refuses, and is not mutual for that', async () => {
    const create = (): ((env: Env) => SaslMechanism) => () => ({
      name: 'ASKED-ONCE',
      start: () => {
        let answered = false
        return {
          first: new Uint8Array(0),
          step(challenge) {
            if (answered) throw new Error('asked twice')
            answered = true
            return { response: Buffer.from(sign(secret, Buffer.from(challenge).toString('latin1'))), done: true }
          },
        }
      },
    })
    let count = 0
    const server = (): ServerMechanism => ({
      name: 'ASKED-ONCE',
      start() {
        let asked = ''
        return {
          answer(token) {
            if (asked === '') {
              asked = `question ${++count}`
              return { token: Buffer.from(asked) }
            }
            if (Buffer.from(token).toString() !== sign(secret, asked)) throw new SaslRefusal('no')
            return { token: new Uint8Array(0), user: 'ali' }
          },
        }
      },
    })
    for (const { run } of saslConformance({ create, server, secrets: [secret], features: { mutual: false } }))
      await run()
    const mutual = saslConformance({ create, server, secrets: [secret] })
    await expect(mutual.find(({ name: each }) => each === replayed)?.run()).rejects.toThrow(
      'found that it was accepted',
    )
  })
})
