import type { KafkaError } from '@posthorn/contracts'

/** The reason with which a promise rejects; fails when it resolves. */
export async function reasonOf(promise: Promise<unknown>): Promise<KafkaError> {
  try {
    await promise
  } catch (error) {
    return error as KafkaError
  }
  throw new Error('the promise was to reject, but it resolved')
}

/** Reads how a promise stands without waiting for it. */
export interface Watched<T> {
  readonly promise: Promise<T>
  readonly state: 'pending' | 'resolved' | 'rejected'
  readonly value: T | undefined
  readonly error: KafkaError | undefined
  /** How many promises had settled when this one did. */
  readonly turn: number
}

let turns = 0

/** Watches a promise; a rejection counts as handled. */
export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched = {
    promise,
    state: 'pending' as Watched<T>['state'],
    value: undefined as T | undefined,
    error: undefined as KafkaError | undefined,
    turn: -1,
  }
  promise.then(
    (value) => Object.assign(watched, { state: 'resolved', value, turn: turns++ }),
    (error: unknown) => Object.assign(watched, { state: 'rejected', error, turn: turns++ }),
  )
  return watched
}
