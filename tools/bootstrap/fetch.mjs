import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cache } from './paths.mjs'
import { run } from './process.mjs'
import { say } from './say.mjs'

const TIMEOUT_MS = 180_000

/**
 * Has npm put one package, pinned by version and integrity, into the cache.
 *
 * @param {{ name: string, version: string, integrity: string }} pin
 * @returns {Promise<string>} the package's folder
 */
export async function fetchPackage({ name, version, integrity }) {
  const home = join(cache, 'tools', `${name}-${version}`)
  const folder = join(home, 'node_modules', name)
  if (existsSync(folder)) return folder
  say('fetch', `${name} ${version}`)
  // Made elsewhere and renamed, so that neither an interrupted run nor a second one beside it leaves half a tool.
  const draft = `${home}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    writeFileSync(join(draft, 'package.json'), '{ "private": true }\n')
    await npmInstall(draft, `${name}@${version}`)
    const lock = JSON.parse(readFileSync(join(draft, 'node_modules', '.package-lock.json'), 'utf8'))
    const found = lock.packages[`node_modules/${name}`].integrity
    if (found !== integrity) throw new Error(`${name}@${version} is not the package we know: its hash is ${found}`)
    if (!existsSync(folder)) moveInto(draft, home, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return folder
}

/**
 * @param {string} prefix
 * @param {string} spec
 */
async function npmInstall(prefix, spec) {
  // What is fetched need not suit the Node that fetches it.
  const flags = [
    '--engine-strict=false',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ]
  const args = ['install', '--prefix', prefix, ...flags, spec]
  let result = await npm(args, prefix)
  if (result.code !== 0) result = await npm(args, prefix)
  if (result.code !== 0) throw new Error(`npm could not install ${spec}:\n${result.output}`)
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  // `npm start` tells where npm is; without it npm is a shell script that Windows starts through a shell only.
  const script = process.env['npm_execpath']
  if (script !== undefined && basename(script) === 'npm-cli.js') {
    return run(process.execPath, [script, ...args], { cwd, timeoutMs: TIMEOUT_MS })
  }
  return run('npm', args, { cwd, timeoutMs: TIMEOUT_MS, shell: process.platform === 'win32' })
}

/**
 * @param {string} draft
 * @param {string} home
 * @param {string} folder
 */
function moveInto(draft, home, folder) {
  try {
    renameSync(draft, home)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}
