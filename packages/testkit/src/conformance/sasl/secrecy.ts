import { inspect } from 'node:util'
import type { ConformanceCase } from '../case.ts'
import { offered } from '../case.ts'
import { check, ConformanceError, show } from '../checks.ts'
import { noise } from '../samples.ts'
import { login, onSaslRig, type SaslSetup } from './rig.ts'

/** Cases about what others get to see. */
export function secrecyCases(setup: SaslSetup): ConformanceCase[] {
  const { secrets } = setup
  check(
    secrets.length > 0 && secrets.every((secret) => secret.length >= 6),
    'secrets: at least one, of 6 characters or more',
  )
  return [
    onSaslRig(setup, 'no secret is in what inspect shows', async (rig) => {
      const session = await rig.start()
      await login(rig)
      hidden([setup.create(), rig.mechanism, session], secrets, 'what inspect shows')
    }),
    onSaslRig(setup, 'no secret is in an error', async (rig) => {
      const errors: unknown[] = []
      for (const challenge of [noise(0), noise(1), noise(300), new TextEncoder().encode('e=other-error')]) {
        for (const at of [0, 1]) {
          const says = (true_: Uint8Array, turn: number): Uint8Array => (turn === at ? challenge : true_)
          await rig.exchange(says).catch((error: unknown) => errors.push(error))
        }
      }
      hidden(errors, secrets, 'an error')
    }),
    onSaslRig(setup, 'no secret is in a log line', async (rig) => {
      await login(rig)
      await rig.exchange(() => noise(100)).catch(() => {})
      hidden(rig.lines, secrets, 'a log line')
    }),
    ...offered(setup.features, 'sealed', [
      onSaslRig(setup, 'no token contains a secret', async (rig) => {
        const { tokens } = await login(rig)
        check(!contain(tokens, secrets), `tokens: expected no secret, found ${which(tokens, secrets)}`)
      }),
    ]),
    onSaslRig(setup, 'plaintext tells whether a token contains a secret', async (rig) => {
      const { tokens } = await login(rig)
      const isPlain = contain(tokens, secrets)
      check(
        rig.mechanism.plaintext === isPlain || (!isPlain && rig.mechanism.plaintext === undefined),
        `plaintext: expected ${isPlain}, as a token ${isPlain ? 'contains' : 'does not contain'} a secret, found ${String(rig.mechanism.plaintext)}`,
      )
    }),
  ]
}

function hidden(values: readonly unknown[], secrets: readonly string[], where: string): void {
  const shown = inspect(values, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
  for (const secret of secrets) {
    const forms = [
      secret,
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      Buffer.from(secret).toString('hex'),
    ]
    const form = forms.find((each) => shown.includes(each))
    if (form === undefined) continue
    const at = shown.indexOf(form)
    throw new ConformanceError(
      `${where}: expected no secret, found one behind ${show(shown.slice(Math.max(0, at - 60), at))}`,
    )
  }
}

/** Which of the tokens has a secret in it. */
function which(tokens: readonly Uint8Array[], secrets: readonly string[]): string {
  return `one in token ${tokens.findIndex((token) => contain([token], secrets)) + 1}`
}

function contain(tokens: readonly Uint8Array[], secrets: readonly string[]): boolean {
  return tokens.some((token) => secrets.some((secret) => Buffer.from(token).includes(secret)))
}
