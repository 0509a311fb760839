import { createHmac } from 'node:crypto'
import type { Env, SaslMechanism, SaslSession, SaslStep } from '@posthorn/contracts'
import type { ServerMechanism } from '../../src/conformance/index.ts'
import { SaslRefusal } from '../../src/conformance/index.ts'

export const secret = 'open sesame'

/** A mechanism in which both sides prove that they know a word, small enough to plant bugs in. */
export function toy(env: Env, word: () => string = () => secret): SaslMechanism {
  return { name: 'TOY', start: () => toySession(env, word()) }
}

/** One exchange of {@link toy}. */
export function toySession(env: Env, word: string): SaslSession {
  const nonce = `c${Math.floor(env.random() * 1e9)}`
  let turn = 0
  let both = ''
  return {
    first: Buffer.from(nonce),
    step(challenge): SaslStep {
      const text = Buffer.from(challenge).toString('latin1')
      turn++
      if (turn === 1) {
        const [server = '', proof] = text.split(' ')
        both = `${nonce} ${server}`
        if (proof !== sign(word, `server ${both}`)) throw new Error('the broker does not know the word')
        return { response: Buffer.from(sign(word, `client ${both}`)), done: false }
      }
      if (turn === 2 && text === sign(word, `welcome ${both}`)) return { response: null, done: true }
      throw new Error('the broker says what it should not')
    },
  }
}

/** The broker's side. */
export function toyServer(): ServerMechanism {
  let count = 0
  return {
    name: 'TOY',
    start() {
      const nonce = `s${++count}`
      let both: string | undefined
      return {
        answer(token) {
          const text = Buffer.from(token).toString('latin1')
          if (both === undefined) {
            both = `${text} ${nonce}`
            return { token: Buffer.from(`${nonce} ${sign(secret, `server ${both}`)}`) }
          }
          // What stands behind the proof is of no interest.
          if (text.split(' ')[0] !== sign(secret, `client ${both}`)) throw new SaslRefusal('no')
          return { token: Buffer.from(sign(secret, `welcome ${both}`)), user: 'ali' }
        },
      }
    },
  }
}

/** What proves that somebody knows the word. */
export function sign(word: string, text: string): string {
  return createHmac('sha256', word).update(text).digest('hex')
}
