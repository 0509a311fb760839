import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Keys in hex, one a line, in a file that is removed in the end. */
export async function withKeyFile<T>(keys: readonly Buffer[], use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-keys-'))
  try {
    const file = join(folder, 'keys')
    await writeFile(file, keys.map((key) => `${key.toString('hex')}\n`).join(''))
    return await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
