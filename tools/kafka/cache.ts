import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const making = new Map<string, Promise<string>>()
let attempts = 0

/** Where jars, compiled judges and start-up archives live: POSTHORN_KAFKA_CACHE, else `.cache/kafka` here. */
export function cacheDir(): string {
  return process.env['POSTHORN_KAFKA_CACHE'] ?? join(checkout, '.cache', 'kafka')
}

/** A short fingerprint for cache names, so that a change of the inputs leads to a new entry. */
export function fingerprint(...inputs: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 10)
}

/**
 * The cache entry (a file or a folder) of this name; `make` writes it to the path that it is given, once.
 * Processes that make the same entry at the same time do not disturb each other: the first rename wins.
 */
export function cached(name: string, make: (work: string) => Promise<void>): Promise<string> {
  const path = join(cacheDir(), name)
  if (existsSync(path)) return Promise.resolve(path)
  const running = making.get(path)
  if (running) return running
  const made = fill(path, make).finally(() => making.delete(path))
  making.set(path, made)
  return made
}

async function fill(path: string, make: (work: string) => Promise<void>): Promise<string> {
  const work = `${path}.${process.pid}.${++attempts}`
  await mkdir(dirname(path), { recursive: true })
  // Keeps the cache out of git whatever the checkout's own ignore file says.
  await writeFile(join(cacheDir(), '.gitignore'), '*\n')
  try {
    await make(work)
    await rename(work, path).catch((error: unknown) => {
      if (!existsSync(path)) throw error
    })
    return path
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
