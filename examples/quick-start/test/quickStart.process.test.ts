import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createCluster } from '@posthorn/testkit'
import { expect, it } from 'vitest'

it('writes its record, says where it is, and ends by itself', async () => {
  await using cluster = createCluster()
  await cluster.listen()
  const program = join(import.meta.dirname, '..', 'quick-start.mjs')
  const env = { ...process.env, KAFKA: cluster.bootstrapServers.join() }
  const child = spawn(process.execPath, ['--conditions=@posthorn/source', program], { env })
  const output = text(child.stdout)
  expect(await once(child, 'close')).toEqual([0, null])
  expect(await output).toMatch(/greetings/)
  const stored = cluster
    .records('greetings')
    .map(({ key, value }) => [key, value].map((bytes) => new TextDecoder().decode(bytes ?? undefined)))
  expect(stored).toEqual([['world', 'Hello']])
})
