import type { Env, Hooks, MetadataEvent, ProducerServices } from '@posthorn/contracts'
import { noTimer } from '@posthorn/contracts'
import { metadata } from '@posthorn/protocol'
import { describe, expect, test } from 'vitest'
import { hooksConformance } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'

const ask = (producer: ProducerServices): Promise<unknown> => producer.request(metadata, {} as never, 'any')

/** Lines about batches; at the end it asks a broker for something, and is content without an answer. */
function honest(lines: string[] = []): (env: Env) => Hooks {
  return () => {
    let lent: ProducerServices | undefined
    return {
      name: 'honest',
      onStart: (producer) => {
        lent = producer
      },
      onConnect: () => {},
      onDisconnect: () => {},
      onRequest: () => {},
      onResponse: () => {},
      onThrottle: () => {},
      onBatchSealed: () => {},
      onBatchSettled: ({ records, error }) => void lines.push(`${records} ${error?.code ?? 'stored'}`),
      onRetry: () => {},
      onSplit: () => {},
      onMetadata: () => {},
      onClosing: async () => {
        if (lent !== undefined) await ask(lent).catch(() => {})
      },
      onClose: () => {
        lent = undefined
      },
    }
  }
}

const bug = (what: string, own: (env: Env) => object, ...caught: string[]): Planted<Hooks> => ({
  bug: what,
  create: () => (env) => ({ ...honest()(env), ...own(env) }),
  caught,
})

const member = 'every member that begins with "on" is one that a producer calls'
const life = "it watches a producer's life, from start to close, more than once over"
const share = 'two instances share nothing: one works after the other was closed'

describe('hooksConformance', () => {
  plantedBugs<Hooks>(
    'hooksConformance',
    (create) => hooksConformance({ create }),
    () => honest(),
    [
      bug('no name', () => ({ name: '' }), 'it has a name'),
      bug('a hook of another library', () => ({ onBatchCompleted: () => {} }), member),
      bug(
        'a hook that is none',
        () => ({ onRetry: true, onSplit: undefined }),
        member,
        life,
        'any event may be the first',
        share,
      ),
      bug('a hook that is set to nothing', () => ({ onThrottle: null }), member),
      {
        bug: 'one switch for all instances',
        create: () => {
          let closed = false
          return (env) => {
            closed = false
            return {
              ...honest()(env),
              onConnect: () => {
                if (closed) throw new Error('closed')
              },
              onClose: () => {
                closed = true
              },
            }
          }
        },
        caught: [share],
      },
      bug(
        'no metadata twice',
        () => {
          let known = 0
          return {
            onMetadata: ({ clusterId }: MetadataEvent) => {
              if (clusterId !== null && ++known > 2) throw new Error('the cluster is known')
            },
          }
        },
        life,
      ),
      bug(
        'expects to have seen the connection',
        () => {
          const known = new Set<number>()
          return {
            onConnect: ({ nodeId }: { nodeId: number }) => void known.add(nodeId),
            onDisconnect: ({ nodeId }: { nodeId: number }) => {
              if (!known.has(nodeId)) throw new Error('a stranger')
            },
          }
        },
        'any event may be the first',
      ),
      bug(
        'notes when it saw a batch, in the event',
        ({ clock }) => ({ onBatchSettled: (event: object) => void Object.assign(event, { seenMs: clock.now() }) }),
        'events stay unchanged',
      ),
      bug(
        'empties the list of topics',
        () => ({ onMetadata: ({ topics }: MetadataEvent) => void (topics as string[]).splice(0) }),
        'events stay unchanged',
      ),
      bug(
        'takes every member for a number or a text',
        () => ({
          onResponse: (event: object) => {
            const odd = Object.entries(event).find(([, value]) => typeof value === 'object')
            if (odd !== undefined) throw new TypeError(`what is ${odd[0]}?`)
          },
        }),
        'events may have more members than it knows',
      ),
      bug(
        'writes batches to a file',
        () => ({ onBatchSealed: () => Promise.resolve() }),
        'no hook but onClosing is asynchronous: nobody waits for it',
      ),
      bug(
        'wants a last answer',
        () => {
          let lent: ProducerServices
          return {
            onStart: (producer: ProducerServices) => {
              lent = producer
            },
            onClosing: async () => {
              for (;;) {
                try {
                  return await ask(lent)
                } catch (error) {
                  if ((error as { code: string }).code === 'PRODUCER_CLOSED') throw error
                }
              }
            },
          }
        },
        'onClosing comes to an end, and well, when no broker answers',
      ),
      bug(
        'closes only what was going to close',
        () => {
          let closing = false
          return {
            onClosing: () => {
              closing = true
              return Promise.resolve()
            },
            onClose: () => {
              if (!closing) throw new Error('not yet')
            },
          }
        },
        'a forced close has no onClosing',
      ),
      bug(
        'a last look, later',
        ({ clock }) => ({ onClose: () => void clock.schedule(1000, () => {}) }),
        'onClose leaves nothing scheduled',
      ),
      bug(
        'goes on asking',
        () => ({
          onStart: (producer: ProducerServices) => {
            ask(producer).catch(() => producer.metrics())
          },
        }),
        'what a producer lends is not used after onClose',
      ),
    ],
  )

  test('with what was told, an instance that went silent is found out', async () => {
    const lines: string[] = []
    const told = (): number => lines.length
    const suite = (create: () => (env: Env) => Hooks): (() => Promise<void> | void) | undefined =>
      hooksConformance({ create, told }).find(({ name }) => name === share)?.run
    await suite(() => honest(lines))?.()
    let closed = false
    const silent = (env: Env): Hooks => ({
      ...honest()(env),
      onBatchSettled: () => {
        if (!closed) lines.push('a line')
      },
      onClose: () => {
        closed = true
      },
    })
    await expect(suite(() => silent)?.()).rejects.toThrow('expected more than')
  })

  test('what is told every so often, or only at the end, is told all the same', async () => {
    for (const everyMs of [60_000, Infinity]) {
      const lines: string[] = []
      const patient = ({ clock }: Env): Hooks => {
        let timer = noTimer
        const again = (): void => {
          lines.push('a line')
          timer = clock.schedule(everyMs, again, true)
        }
        if (everyMs === Infinity)
          return { name: 'at the end', onClosing: () => Promise.resolve(void lines.push('the end')) }
        return {
          name: 'every minute',
          onStart: () => {
            timer = clock.schedule(everyMs, again, true)
          },
          onClose: () => timer.cancel(),
        }
      }
      const cases = hooksConformance({ create: () => patient, told: () => lines.length })
      for (const { run } of cases) await run()
      expect(lines.length).toBeGreaterThan(0)
    }
  })
})
