import { setTimeout as sleep } from 'node:timers/promises'

const busy = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
])
/** Waits of 50 s in all: a broker that takes longer to end a transaction never will. */
const maxTries = 1000
const retryMs = 50

/**
 * Asks a coordinator again while the transaction before is being ended, which takes a broker its time. The answer is an
 * error by name, has one, or is a list of them that begins with one.
 */
export async function settled<T extends { readonly error: string } | string | string[]>(
  ask: () => Promise<T>,
): Promise<T> {
  for (let i = 0; ; i++) {
    const answer = await ask()
    const error = typeof answer === 'string' ? answer : Array.isArray(answer) ? (answer[0] ?? '') : answer.error
    if (!busy.has(error) || i === maxTries) return answer
    await sleep(retryMs)
  }
}
