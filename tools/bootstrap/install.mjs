import { join } from 'node:path'
import { root } from './paths.mjs'
import { run } from './process.mjs'
import { say } from './say.mjs'
import { hashOf, isFresh, stamp } from './stamp.mjs'
import { packagesIn } from './workspace.mjs'

const TIMEOUT_MS = 300_000

/**
 * Installs what the lockfile says, unless that is what is installed.
 *
 * @param {import('./toolchain.mjs').Toolchain} tools
 */
export async function install({ node, pnpm, env }) {
  const manifests = packagesIn(['packages', 'plugins', 'examples', 'benchmarks', 'docs']).map((dir) =>
    join(dir, 'package.json'),
  )
  const inputs = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(root, name))
  const hash = hashOf([...inputs, ...manifests], pnpm)
  // Kept among the modules, so that it goes when they go.
  const file = join(root, 'node_modules', '.posthorn-install')
  if (isFresh(file, hash)) return
  say('install', 'dependencies from pnpm-lock.yaml')
  const args = [pnpm, 'install', '--frozen-lockfile', '--reporter=append-only']
  const options = { cwd: root, env: { ...env, CI: 'true' }, timeoutMs: TIMEOUT_MS }
  let result = await run(node, args, options)
  if (result.code !== 0) result = await run(node, args, options)
  if (result.code !== 0) throw new Error(`pnpm could not install:\n${result.output}`)
  stamp(file, hash)
}
