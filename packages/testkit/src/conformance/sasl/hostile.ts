import type { SaslStep } from '@posthorn/contracts'
import type { ConformanceCase } from '../case.ts'
import { offered } from '../case.ts'
import { check, refuses } from '../checks.ts'
import { noise } from '../samples.ts'
import { copy, login, onSaslRig, type SaslRig, type SaslSetup } from './rig.ts'

/** Cases about brokers that are not what they say. */
export function hostileSaslCases(setup: SaslSetup): ConformanceCase[] {
  return [
    onSaslRig(setup, 'a challenge of 1 MiB is not taken for the end of a login', async (rig) => {
      const session = await rig.start()
      const step = await rig.settled(() => session.step(noise(1 << 20))).catch(() => null)
      // After a last response the broker has the last word.
      const accepted = step !== null && step.done && step.response === null
      check(!accepted, 'a challenge of 1 MiB: expected no end of the login, found a mechanism that is done')
    }),
    onSaslRig(setup, 'what the broker says after the end is refused', async (rig) => {
      const session = await rig.start()
      const serving = rig.server.start()
      let step = await rig.settled(() => session.step(copy(serving.answer(session.first).token)))
      for (let turn = 0; turn < 16 && step.response !== null && !step.done; turn++) {
        const token = copy(serving.answer(step.response).token)
        step = await rig.settled(() => session.step(token))
      }
      await refuses(() => rig.settled(() => session.step(noise(40))), 'a challenge after the end')
    }),
    ...offered(setup.features, 'mutual', [
      onSaslRig(setup, 'a challenge with a changed byte is refused', async (rig) => {
        const { challenges } = await login(rig)
        check(
          challenges.some(({ length }) => length > 0),
          'challenges: expected one that could prove anything, found empty ones',
        )
        for (const [turn, { length }] of challenges.entries()) {
          for (let at = 0; at < length; at += Math.ceil(length / 12)) {
            const changed = (challenge: Uint8Array): Uint8Array => {
              challenge[at]! ^= 1
              return challenge
            }
            await notDone(rig, turn, changed, `byte ${at} of challenge ${turn} changed`)
          }
        }
      }),
      onSaslRig(setup, 'a challenge that was cut short is refused', async (rig) => {
        const { challenges } = await login(rig)
        for (const [turn, { length }] of challenges.entries()) {
          for (const left of [0, 1, length >> 1, length - 1]) {
            await notDone(rig, turn, (challenge) => challenge.slice(0, left), `challenge ${turn} cut to ${left} bytes`)
          }
        }
      }),
      onSaslRig(setup, 'what a broker said in another exchange is refused', async (rig) => {
        const { challenges } = await login(rig)
        await refuses(() => replay(rig, challenges), 'all challenges of another exchange')
        for (const [turn, challenge] of challenges.entries()) {
          await notDone(rig, turn, () => copy(challenge), `challenge ${turn} of another exchange`)
        }
      }),
    ]),
  ]
}

/** An exchange with whoever has nothing but these challenges; throws unless it is taken for the broker. */
async function replay(rig: SaslRig, challenges: readonly Uint8Array[]): Promise<SaslStep> {
  const session = await rig.start()
  for (const challenge of challenges) {
    const step = await rig.settled(() => session.step(copy(challenge)))
    if (step.done) return step
  }
  throw new Error('it waits for more')
}

/** An exchange in which one challenge is another does not end well for whoever changed it. */
function notDone(
  rig: SaslRig,
  turn: number,
  change: (challenge: Uint8Array) => Uint8Array,
  what: string,
): Promise<Error> {
  return refuses(async () => {
    const { done, user } = await rig.exchange((challenge, at) => (at === turn ? change(challenge) : challenge))
    return { done, user }
  }, what)
}
