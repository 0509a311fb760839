import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cacheFolder } from '../../src/harness/paths.mjs'

/**
 * A package that `npm run bench -- install` put into the cache, and its version. Its types are not there.
 *
 * @param {string} name
 * @param {string} [step] of the installation
 * @returns {Promise<{ library: any, version: string }>}
 */
export async function load(name, step = 'node') {
  const folder = join(cacheFolder, step)
  const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  const entry = createRequire(join(folder, 'package.json')).resolve(name)
  return { library: await import(pathToFileURL(entry).href), version: String(JSON.parse(manifest).version) }
}
