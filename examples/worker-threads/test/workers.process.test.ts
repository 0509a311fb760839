import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createCluster } from '@posthorn/testkit'
import { expect, it } from 'vitest'

it('stores what each worker makes, once', async () => {
  await using cluster = createCluster({ topics: { digests: 3 } })
  await cluster.listen()
  const program = join(import.meta.dirname, '..', 'src', 'main.ts')
  const env = { ...process.env, NODE_OPTIONS: '', KAFKA: cluster.bootstrapServers.join() }
  const child = spawn(process.execPath, ['--conditions=@posthorn/source', program, '2000'], { env })
  const [output, errors] = [text(child.stdout), text(child.stderr)]
  expect(await once(child, 'close'), await errors).toEqual([0, null])
  expect(await output).toMatch(/^2000 records stored by [234] workers\n$/)
  const keys = cluster.records('digests').map(({ key }) => Number(new TextDecoder().decode(key ?? undefined)))
  expect(keys.sort((one, other) => one - other)).toEqual(Array.from({ length: 2000 }, (_, i) => i))
}, 60_000)
