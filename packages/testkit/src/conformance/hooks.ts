import type { Hooks, Plugin } from '@posthorn/contracts'
import { explained, type ConformanceCase } from './case.ts'
import { check, same, show } from './checks.ts'
import { conformanceEnv } from './env.ts'
import { closingCases, LONG_MS } from './hooks/closing.ts'
import { Life } from './hooks/life.ts'
import { events, type EventHook, hookNames } from './hooks/events.ts'
import { sameValue, snapshot } from './snapshot.ts'

export type { ConformanceCase } from './case.ts'

/** What {@link hooksConformance} needs to know. */
export interface HooksSetup {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Hooks>
  /**
   * What the plugin has told the world so far, as text or a number: the lines that it wrote, the points that it
   * measured. With it, and only with it, the suite can tell whether an instance went on: within an hour after events of
   * all kinds, or at its close. Default: nothing.
   */
  readonly told?: (() => string | number | Promise<string | number>) | undefined
}

/** The cases that all {@link Hooks} have to pass. */
export function hooksConformance(setup: HooksSetup): ConformanceCase[] {
  const { create } = setup
  return explained([...identity(setup), ...watching(create), ...closingCases(create)])
}

function identity({ create, told }: HooksSetup): ConformanceCase[] {
  return [
    {
      name: 'it has a name',
      run: () => check(create()(conformanceEnv()).name.length > 0, 'name: expected a text, found none'),
    },
    {
      name: 'every member that begins with "on" is one that a producer calls',
      run() {
        const hooks = create()(conformanceEnv())
        for (const member in hooks) {
          if (!member.startsWith('on')) continue
          check(hookNames.has(member), `expected one of ${[...hookNames].join(', ')}, found ${member}`)
          same(typeof hooks[member as keyof Hooks], 'function', member)
        }
      },
    },
    {
      name: 'two instances share nothing: one works after the other was closed',
      async run() {
        const plugin = create()
        const first = new Life(plugin)
        const second = new Life(plugin)
        first.start()
        second.start()
        second.watch()
        await first.close()
        const before = await told?.()
        second.watch()
        await second.env.clock.advance(LONG_MS)
        await second.close()
        const after = await told?.()
        if (told !== undefined)
          check(
            before !== after,
            `told, after another instance was closed: expected more than ${before}, found ${after}`,
          )
      },
    },
  ]
}

function watching(create: HooksSetup['create']): ConformanceCase[] {
  const each = (work: (life: Life, hook: EventHook, event: object) => void): void => {
    for (const [hook, make] of events) {
      for (const event of make()) {
        const life = new Life(create())
        life.start()
        work(life, hook, event)
      }
    }
  }
  return [
    {
      name: "it watches a producer's life, from start to close, more than once over",
      async run() {
        const life = new Life(create())
        life.start()
        for (let i = 0; i < 3; i++) life.watch()
        await life.close()
      },
    },
    {
      name: 'any event may be the first',
      run: () => each((life, hook, event) => life.hears(hook, event)),
    },
    {
      name: 'events stay unchanged',
      run: () =>
        each((life, hook, event) => {
          const before = snapshot(event)
          life.quietly(() => life.tell(hook, event))
          check(sameValue(event, before), `event of ${hook}: expected ${show(before)}, found ${show(event)}`)
        }),
    },
    {
      name: 'events may have more members than it knows',
      run: () =>
        each((life, hook, event) => {
          const other = new Life(create())
          other.start()
          const fails = other.fails(() => other.tell(hook, { ...event }))
          const more = life.fails(() => life.tell(hook, { ...event, fromTheFuture: { more: true } }))
          check(fails !== null || more === null, `${hook}, with a member more: expected no error, found ${show(more)}`)
        }),
    },
    {
      name: 'no hook but onClosing is asynchronous: nobody waits for it',
      run: () =>
        each((life, hook, event) => {
          let result: unknown
          life.quietly(() => {
            result = life.tell(hook, event)
          })
          check(!isThenable(result), `result of ${hook}: expected nothing, found a promise`)
          if (isThenable(result)) result.then(undefined, () => {})
        }),
    },
  ]
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
