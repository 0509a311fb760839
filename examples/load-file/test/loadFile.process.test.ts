import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createCluster } from '@posthorn/testkit'
import { expect, it } from 'vitest'

it('stores every line of a file that is far larger than its heap', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-load-'))
  try {
    const lines = 60_000
    const file = join(folder, 'lines')
    await writeFile(file, Array.from({ length: lines }, (_, i) => `${i} ${'x'.repeat(1000)}\n`).join(''))
    await using cluster = createCluster({ topics: { lines: 3 } })
    await cluster.listen()
    const program = join(import.meta.dirname, '..', 'src', 'main.ts')
    const env = { ...process.env, NODE_OPTIONS: '', KAFKA: cluster.bootstrapServers.join() }
    // 60 MB of lines through a heap of 32 MB.
    const flags = ['--conditions=@posthorn/source', '--max-old-space-size=32']
    const child = spawn(process.execPath, [...flags, program, file, 'lines'], { env })
    const [output, errors] = [text(child.stdout), text(child.stderr)]
    expect(await once(child, 'close'), await errors).toEqual([0, null])
    expect(await output).toBe(`${lines} lines stored\n`)
    const batches = [0, 1, 2].flatMap((partition) => cluster.log('lines', partition))
    expect(batches.reduce((sum, { recordCount }) => sum + recordCount, 0)).toBe(lines)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)
