import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the other clients are installed: never among the workspace's own packages. */
export function peersFolder(): string {
  return join(fileURLToPath(new URL('../../../', import.meta.url)), '.cache', 'chaos', 'peers')
}
