import type { Hooks, Logger } from '@posthorn/contracts'

type Kind = Exclude<keyof Hooks, 'name'>
type Handler<Key extends Kind> = NonNullable<Hooks[Key]>

/** All hooks of a producer, sorted by kind: `null` where nobody listens, so that no event is even made. */
export type HookSet = { readonly [Key in Kind]: Handler<Key> | null }

const kinds: readonly Kind[] = [
  'onStart',
  'onConnect',
  'onDisconnect',
  'onRequest',
  'onResponse',
  'onThrottle',
  'onBatchSealed',
  'onBatchSettled',
  'onRetry',
  'onSplit',
  'onMetadata',
  'onClosing',
  'onClose',
]

/** Sorts hooks by kind. What one of them throws is logged, and the others still run. `onClosing` waits for all. */
export function sortHooks(hooks: readonly Hooks[], logger: Logger): HookSet {
  const sorted: Partial<Record<Kind, unknown>> = {}
  for (const kind of kinds) {
    const listeners = hooks.filter((hook) => hook[kind] !== undefined)
    sorted[kind] = listeners.length === 0 ? null : (event: never) => tellAll(listeners, kind, event, logger)
  }
  return sorted as HookSet
}

function tellAll(listeners: readonly Hooks[], kind: Kind, event: never, logger: Logger): Promise<unknown> | undefined {
  let answers: Promise<unknown>[] | null = null
  for (const listener of listeners) {
    const failed = (error: unknown): void => {
      logger.error(`hook ${listener.name} threw in ${kind}`, { error })
    }
    try {
      const answer = (listener[kind] as (event: never) => unknown).call(listener, event)
      if (answer instanceof Promise) (answers ??= []).push(answer.catch(failed))
    } catch (error) {
      failed(error)
    }
  }
  return answers === null ? undefined : Promise.all(answers)
}
