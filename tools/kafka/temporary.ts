import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './alive.ts'

const prefix = 'posthorn-kafka-'
const abandonedAfterMs = 60 * 60 * 1000

/** A new temporary folder for a cluster; those that killed processes left behind long ago are removed. */
export async function temporaryFolder(): Promise<string> {
  await sweep()
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
}

async function sweep(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  for (const name of names) {
    const path = join(tmpdir(), name)
    if (await abandoned(name, path)) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

async function abandoned(name: string, path: string): Promise<boolean> {
  if (isAlive(Number.parseInt(name.slice(prefix.length), 10))) return false
  // The age counts too: in another container's process table, a living owner looks dead from here.
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && found.uid === process.getuid?.() && Date.now() - found.mtimeMs > abandonedAfterMs
}
