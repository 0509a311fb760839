import type { ServerAnswer, ServerMechanism } from '../serverMechanism.ts'
import { SaslRefusal } from '../serverMechanism.ts'

/** Who a token stands for, or why it is refused. */
export type TokenVerdict =
  | {
      /** The user's name. */
      readonly user: string
      /** How long the token still holds, in ms. Default for ever. */
      readonly lifetimeMs?: number | undefined
    }
  | {
      /** An error of RFC 6750, for example `invalid_token`. */
      readonly refused: string
    }

/** Judges a token and the extensions that came with it (KIP-342). */
export type VerifyToken = (token: string, extensions: Readonly<Record<string, string>>) => TokenVerdict

const firstMessage =
  /^n,(?:a=[^,]*)?,\x01auth=[Bb]earer +([-_.~+/A-Za-z0-9]+=*)\x01((?:[A-Za-z]+=[\x21-\x7e \t\r\n]*\x01)*)\x01$/

/** OAUTHBEARER (RFC 7628): a token that is refused is answered with JSON, and the client's word on that with an error. */
export function oauthBearerServer(verify: VerifyToken): ServerMechanism {
  return {
    name: 'OAUTHBEARER',
    start() {
      let refusal: string | undefined
      return {
        answer(token): ServerAnswer {
          if (refusal !== undefined) throw new SaslRefusal(refusal)
          const [, bearer, pairs] = firstMessage.exec(Buffer.from(token).toString('utf8')) ?? []
          if (bearer === undefined || pairs === undefined)
            throw new SaslRefusal('Invalid OAUTHBEARER client first message')
          const verdict = verify(bearer, extensionsOf(pairs))
          if (!('refused' in verdict)) return { token: new Uint8Array(0), ...verdict }
          refusal = JSON.stringify({ status: verdict.refused })
          return { token: Buffer.from(refusal) }
        },
      }
    },
  }
}

/** Judges the unsecured tokens of Kafka's own development set-up: JSON without a signature, with `sub` and `exp`. */
export function verifyUnsecured(nowMs: () => number): VerifyToken {
  return (token) => {
    try {
      const { sub, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
        readonly sub?: unknown
        readonly exp?: unknown
      }
      const lifetimeMs = Number(exp) * 1000 - nowMs()
      if (typeof sub !== 'string' || !(lifetimeMs > 0)) return { refused: 'invalid_token' }
      return { user: sub, lifetimeMs }
    } catch {
      return { refused: 'invalid_token' }
    }
  }
}

function extensionsOf(pairs: string): Record<string, string> {
  const lines = pairs.split('\x01').filter((pair) => pair !== '')
  return Object.fromEntries(lines.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
