import type { SaslSession } from '@posthorn/contracts'
import type { ServerExchange } from '../../security/serverMechanism.ts'
import type { ConformanceCase } from '../case.ts'
import { check, same, sameBytes, show } from '../checks.ts'
import { inside, scribble } from '../samples.ts'
import { answered, broker, copy, login, onSaslRig, SaslRig, untaken, type SaslSetup } from './rig.ts'

/** One of several exchanges at a time. */
interface Side {
  readonly session: SaslSession
  readonly serving: ServerExchange
  token: Uint8Array
  done: boolean
  user: string | undefined
}

/** Cases about logins with a broker that is what it says. */
export function loginCases(setup: SaslSetup): ConformanceCase[] {
  return [
    onSaslRig(setup, 'the name is one that SASL allows', async ({ mechanism }) => {
      check(
        /^[A-Z0-9_-]{1,20}$/.test(mechanism.name),
        `name: expected up to 20 capitals, digits, "-" and "_", found ${show(mechanism.name)}`,
      )
      return Promise.resolve()
    }),
    onSaslRig(setup, 'it logs in, again and again', async (rig) => {
      for (let i = 0; i < 3; i++) await login(rig)
    }),
    onSaslRig(setup, 'exchanges that overlap keep apart', async (rig) => {
      const signal = new AbortController().signal
      const starting = Array.from({ length: 3 }, async () => rig.mechanism.start(broker, signal))
      const sessions = await rig.settled(() => Promise.all(starting))
      const sides = sessions.map((session): Side => {
        return { session, serving: rig.server.start(), token: session.first, done: false, user: undefined }
      })
      for (let turn = 0; turn < 16 && sides.some(({ done }) => !done); turn++) {
        for (const side of sides) {
          if (side.done) continue
          const answer = answered(side.serving, side.token)
          side.user = answer.user
          const step = await rig.settled(() => side.session.step(copy(answer.token)))
          side.done = step.done || step.response === null
          if (step.response !== null) side.token = step.response
          if (step.done && step.response !== null) side.user = answered(side.serving, step.response).user
        }
      }
      check(
        sides.every(({ user }) => user !== undefined),
        `whom the broker took each for: expected a user, found ${show(sides.map(({ user }) => user))}`,
      )
    }),
    {
      name: 'two instances share nothing: one works after the other was closed',
      async run() {
        const plugin = setup.create()
        const first = new SaslRig(setup, plugin)
        const second = new SaslRig(setup, plugin)
        await login(second)
        first.mechanism.close?.()
        await login(second)
        second.mechanism.close?.()
      },
    },
    onSaslRig(setup, 'a token stays as it was given', async (rig) => {
      const early = await rig.start()
      const before = copy(early.first)
      await login(rig)
      sameBytes(early.first, before, 'the first token of an earlier exchange')
    }),
    onSaslRig(setup, 'a challenge is read, not the memory around it', async (rig) => {
      const { user } = await rig.exchange((challenge) => inside(challenge))
      check(user !== undefined, untaken)
    }),
    onSaslRig(setup, 'a challenge is not kept', async (rig) => {
      const session = await rig.start()
      const serving = rig.server.start()
      let token: Uint8Array | null = session.first
      let user: string | undefined
      for (let turn = 0; turn < 16 && token !== null; turn++) {
        const answer = answered(serving, token)
        user = answer.user
        const challenge = copy(answer.token)
        const step = await rig.settled(() => session.step(challenge))
        scribble(challenge)
        token = step.response
        if (step.done && token !== null) {
          user = answered(serving, token).user
          break
        }
      }
      check(user !== undefined, untaken)
    }),
    onSaslRig(setup, 'a signal that has aborted is not waited for, and its reason is the error', async (rig) => {
      const reason = new Error('no longer wanted')
      const outcome = await rig
        .settled(() => rig.mechanism.start(broker, AbortSignal.abort(reason)))
        .catch((error: unknown) => error)
      // A mechanism that has nothing to wait for need not look at the signal.
      if (outcome instanceof Error) same(outcome, reason, 'what start rejected with')
    }),
    onSaslRig(setup, 'close leaves nothing scheduled', async (rig) => {
      await login(rig)
      rig.mechanism.close?.()
      same(rig.env.clock.pending, 0, 'tasks that are scheduled')
    }),
  ]
}
