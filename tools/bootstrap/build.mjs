import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cache, root } from './paths.mjs'
import { run } from './process.mjs'
import { say } from './say.mjs'
import { hashOf, isFresh, stamp } from './stamp.mjs'
import { published } from './workspace.mjs'

const CONFIG = join(root, 'tools', 'tsup.config.ts')
const AT_ONCE = 2

/**
 * Builds the published packages whose inputs have changed. A package's output names other packages but holds nothing
 * of them, so their order does not matter and a change goes no further than its own package.
 *
 * @param {import('./toolchain.mjs').Toolchain} tools
 */
export async function build({ node, env }) {
  const shared = [CONFIG, join(root, 'tsconfig.json'), join(root, 'package.json')]
  const stale = published().flatMap((dir) => {
    const hash = hashOf([...shared, join(dir, 'src'), join(dir, 'package.json'), join(dir, 'tsconfig.json')])
    const file = join(cache, 'build', basename(dir))
    return isFresh(file, hash) && existsSync(join(dir, 'dist', 'index.js')) ? [] : [{ dir, hash, file }]
  })
  if (stale.length === 0) return
  say('build', stale.map(({ dir }) => basename(dir)).join(', '))
  const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js')
  const failures = /** @type {string[]} */ ([])
  const worker = async () => {
    for (let next = stale.shift(); next !== undefined; next = stale.shift()) {
      const result = await run(node, [tsup, '--config', CONFIG], { cwd: next.dir, env, timeoutMs: 120_000 })
      if (result.code === 0) stamp(next.file, next.hash)
      else failures.push(`${basename(next.dir)}:\n${result.output}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (failures.length > 0) throw new Error(`the build failed in ${failures.join('\n')}`)
}
