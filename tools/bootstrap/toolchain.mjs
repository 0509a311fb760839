import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fetchPackage } from './fetch.mjs'
import { root } from './paths.mjs'

/** @typedef {{ name: string, version: string, integrity: string }} Pin */
/** @typedef {{ node: string, pnpm: string, env: NodeJS.ProcessEnv }} Toolchain */

/** @type {{ pnpm: Pin, node: Record<'default' | 'oldest' | 'newest', Record<string, Pin>> }} */
const pins = JSON.parse(readFileSync(join(root, 'tools', 'toolchain.json'), 'utf8'))

/**
 * Whether we support a Node for work in this checkout. Odd releases end after half a year; no tool of ours claims them.
 *
 * @param {string} version
 */
function isSupported(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26
}

/**
 * A Node from npm's packages for this platform.
 *
 * @param {'default' | 'oldest' | 'newest'} which
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function fetchNode(which) {
  const platform = `${process.platform}-${process.arch}`
  const pin = pins.node[which][platform]
  if (pin === undefined) {
    throw new Error(`no Node for ${platform} is known here; install Node 24 from nodejs.org and run this again`)
  }
  const folder = await fetchPackage(pin)
  const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return { path, version: pin.version }
}

/**
 * Node and pnpm for this checkout, fetched where needed, and an environment in which scripts find them first.
 *
 * @returns {Promise<Toolchain>}
 */
export async function toolchain() {
  const node = isSupported(process.version) ? process.execPath : (await fetchNode('default')).path
  const pnpm = join(await fetchPackage(pins.pnpm), 'bin', 'pnpm.mjs')
  const shims = join(dirname(dirname(dirname(pnpm))), '.bin')
  return { node, pnpm, env: withPath(process.env, [dirname(node), shims]) }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} folders
 * @returns {NodeJS.ProcessEnv}
 */
function withPath(env, folders) {
  // Windows spells the variable `Path`, and a copied environment no longer ignores case.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...env, [name]: [...folders, env[name] ?? ''].join(delimiter) }
}
