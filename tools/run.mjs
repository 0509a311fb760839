// The commands of the checkout, for any Node from 18 up and npm: `node tools/run.mjs build|start|test|simulate|chaos|fuzz|pnpm [arguments]`.
// This file and `bootstrap/` are plain JavaScript without dependencies, because nothing is installed yet.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './bootstrap/build.mjs'
import { install } from './bootstrap/install.mjs'
import { root } from './bootstrap/paths.mjs'
import { run } from './bootstrap/process.mjs'
import { toolchain } from './bootstrap/toolchain.mjs'

const [task, ...args] = process.argv.slice(2)

/** @type {Record<string, (tools: import('./bootstrap/toolchain.mjs').Toolchain) => Promise<number>>} */
const tasks = {
  build: async (tools) => {
    await build(tools)
    return 0
  },
  start: async (tools) => {
    await build(tools)
    const folder = join(root, 'examples', 'main-job')
    const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return inherit(tools, [join(folder, main), ...args])
  },
  test: (tools) => inherit(tools, [join(root, 'tools', 'test', 'main.ts'), ...args]),
  simulate: (tools) =>
    inherit(tools, ['--conditions=@posthorn/source', join(root, 'tools', 'simulate', 'main.ts'), ...args]),
  chaos: async (tools) => {
    await build(tools)
    return inherit(tools, [join(root, 'tools', 'chaos', 'main.ts'), ...args])
  },
  fuzz: (tools) => inherit(tools, ['--conditions=@posthorn/source', join(root, 'tools', 'fuzz', 'main.ts'), ...args]),
  pnpm: (tools) => inherit(tools, [tools.pnpm, ...args]),
}

/**
 * @param {import('./bootstrap/toolchain.mjs').Toolchain} tools
 * @param {readonly string[]} nodeArgs
 */
async function inherit(tools, nodeArgs) {
  return (await run(tools.node, nodeArgs, { env: tools.env, inherit: true })).code
}

const job = tasks[task ?? '']
if (job === undefined) {
  process.stderr.write(`usage: node tools/run.mjs ${Object.keys(tasks).join('|')} [arguments]\n`)
  process.exitCode = 2
} else {
  try {
    const tools = await toolchain()
    // pnpm itself is what changes the lockfile, so it must not be refused for a lockfile that is out of date.
    if (task !== 'pnpm') await install(tools)
    process.exitCode = await job(tools)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
