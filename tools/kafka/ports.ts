import { rmSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './alive.ts'

// The system hands out ports from 32768 on to clients, so a broker that comes back finds its own still free.
const lowest = 20_000
const highest = 32_000
const locks = join(tmpdir(), `posthorn-ports-${userInfo().uid}`)

/** Ports that nobody else of this tool takes until they are released, not even while their broker is down. */
export interface ReservedPorts {
  readonly ports: readonly number[]
  release(): void
}

/** Reserves free ports on 127.0.0.1: a lock file each, then a trial listen against programs that know no locks. */
export async function reservePorts(count: number): Promise<ReservedPorts> {
  await mkdir(locks, { recursive: true, mode: 0o700 })
  const ports: number[] = []
  const release = (): void => ports.splice(0).forEach(unlock)
  const span = highest - lowest
  const start = Math.floor(Math.random() * span)
  for (let step = 0; step < span && ports.length < count; step++) {
    const port = lowest + ((start + step) % span)
    if (!(await lock(port))) continue
    ports.push(port)
    if (await canListen(port)) continue
    ports.pop()
    unlock(port)
  }
  if (ports.length === count) return { ports: [...ports], release }
  release()
  throw new Error(`no ${count} free ports between ${lowest} and ${highest}`)
}

function lockOf(port: number): string {
  return join(locks, String(port))
}

async function lock(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(lockOf(port), String(process.pid), { flag: 'wx' })
      return true
    } catch {
      if (await ownerLives(port)) return false
      unlock(port)
    }
  }
  return false
}

function unlock(port: number): void {
  rmSync(lockOf(port), { force: true })
}

async function ownerLives(port: number): Promise<boolean> {
  const pid = Number(await readFile(lockOf(port), 'utf8').catch(() => ''))
  // An empty file is one that its owner is just about to write.
  return pid === 0 || isAlive(pid)
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
