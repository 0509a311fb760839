import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it("passes under Node's own test runner too", () => {
  // What vitest sets for its own processes would reach this one.
  const env = { ...process.env, NODE_OPTIONS: '' }
  const file = join(import.meta.dirname, 'orders.node-test.ts')
  const { status, stdout } = spawnSync(process.execPath, ['--conditions=@posthorn/source', '--test', file], { env })
  expect(stdout.toString()).toMatch(/pass 2\b/)
  expect(status).toBe(0)
})
