import { expect, test } from 'vitest'
import { attacks } from '../../../tools/hostile/tls/attacks.ts'
import { runHostile } from '../../../tools/hostile/tls/run.ts'

test('TLS-02, TLS-03: of handshakes with whoever means ill none is accepted, none hangs, and none leaves anything', async () => {
  const result = await runHostile({ count: 400, seed: 'unit', atOnce: 40, limitMs: 1500 })
  const { outcomes, genuine, ...rest } = result
  expect(rest).toEqual({ accepted: [], untyped: [], hung: [], sinkCalls: 0, leftOpen: 0 })
  // The same way without an attack leads to a connection.
  expect(genuine.tried).toBeGreaterThan(0)
  expect(genuine.accepted).toBe(genuine.tried)
  const tried = new Set(Object.keys(outcomes).map((name) => name.replace(/^TLSv1\.\d: /, '')))
  for (const { name } of attacks) expect(tried).toContain(name)
})
