import { expect, it } from 'vitest'
import type { WaitingRoom } from '../../src/producer/waitingRoom.ts'
import { stage } from '../support/stage.ts'

it('one long wait does not keep what is left of thousands of shorter ones that began after it', async () => {
  const s = stage({ lingerMs: 0, maxBlockMs: 60_000 }, { autoCreateTopics: false })
  const long = s.send('a', 0, { topic: 'nowhere' })
  const { waitingRoom } = (s.it as unknown as { parts: { waitingRoom: WaitingRoom } }).parts
  for (let i = 0; i < 500; i++) {
    const abort = new AbortController()
    s.send('b', 0, { topic: 'nowhere' }, { signal: abort.signal })
    abort.abort(new Error('enough'))
  }
  await s.advance(0)
  expect(long.state).toBe('pending')
  expect(waitingRoom.size).toBe(1)
  // Nothing but the heap would show it.
  expect((waitingRoom as unknown as { deadlines: unknown[] }).deadlines.length).toBeLessThan(100)
  await s.end({ timeoutMs: 0 })
})
