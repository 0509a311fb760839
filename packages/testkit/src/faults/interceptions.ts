import type { FaultAction, FaultHandler, SeizedRequest } from './faultAction.ts'

/** Which requests a handler gets, and how often. */
export interface InterceptOptions {
  /** How many requests it may act on before it is removed. Default without limit. */
  readonly times?: number | undefined
  /** How many requests to let pass first. Default 0. */
  readonly skip?: number | undefined
  /** Only requests to this broker. */
  readonly broker?: number | undefined
  /** Only requests about this topic. */
  readonly topic?: string | undefined
}

/** A handler in its place. */
export interface Interception extends Disposable {
  /** Requests that it acted on. */
  readonly count: number
  /** Whether it may still act. */
  readonly active: boolean
  /** Takes it out. Requests that it holds back keep their fate. */
  remove(): void
}

interface Entry {
  readonly api: string | number
  readonly handler: FaultHandler
  readonly options: InterceptOptions
  skipped: number
  count: number
}

/** The handlers of a cluster, asked in the order in which they came; the first that acts decides. */
export class Interceptions {
  readonly #entries = new Set<Entry>()

  /** Adds a handler for an API, by name or key, or for all (`*`). */
  add(api: string | number, handler: FaultHandler | FaultAction, options: InterceptOptions): Interception {
    const decide = typeof handler === 'function' ? handler : () => handler
    const entry: Entry = { api, handler: decide, options, skipped: 0, count: 0 }
    const entries = this.#entries.add(entry)
    const remove = (): void => void entries.delete(entry)
    return {
      get count() {
        return entry.count
      },
      get active() {
        return entries.has(entry)
      },
      remove,
      [Symbol.dispose]: remove,
    }
  }

  /** Takes all handlers out. */
  clear(): void {
    this.#entries.clear()
  }

  /** What becomes of a request; nothing when no handler acts. */
  async decide(request: SeizedRequest): Promise<FaultAction | undefined> {
    for (const entry of [...this.#entries]) {
      if (!this.#entries.has(entry) || !matches(entry, request)) continue
      if (entry.skipped < (entry.options.skip ?? 0)) {
        entry.skipped++
        continue
      }
      const decision = entry.handler(request)
      const action = decision instanceof Promise ? await decision : decision
      if (!action) continue
      entry.count++
      if (entry.count >= (entry.options.times ?? Infinity)) this.#entries.delete(entry)
      return action
    }
    return undefined
  }
}

function matches({ api, options }: Entry, request: SeizedRequest): boolean {
  return (
    (api === '*' || api === request.apiName || api === request.apiKey) &&
    (options.broker === undefined || options.broker === request.broker) &&
    (options.topic === undefined || request.topics.includes(options.topic))
  )
}
