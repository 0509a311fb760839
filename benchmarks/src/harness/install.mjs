import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, peersFolder } from './paths.mjs'

/** The newest librdkafka comes within the Python client; its C header from the system. */
const LIBRDKAFKA_WHEEL = 'confluent-kafka==2.16.1'

/** @typedef {(to: string, from: string) => void} Install */

/**
 * What can be installed, by name: fetched from the registries with their own clients, built in the cache, and nothing
 * anywhere else.
 *
 * @type {Readonly<Record<string, Install>>}
 */
const steps = {
  nullbroker(to, from) {
    run('gcc', ['-O2', '-o', join(to, 'nullbroker'), join(from, 'nullbroker.c')])
  },
  java(to, from) {
    const lib = join(to, 'lib')
    run('mvn', ['-q', '-B', '-f', join(from, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`])
    run('javac', ['-d', join(to, 'classes'), '-cp', join(lib, '*'), join(from, 'Driver.java')])
  },
  librdkafka(to, from) {
    run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', join(to, 'wheel'), LIBRDKAFKA_WHEEL])
    const libraries = join(to, 'wheel', 'confluent_kafka.libs')
    const library = readdirSync(libraries).find((file) => file.startsWith('librdkafka-'))
    if (library === undefined) throw new Error(`no librdkafka in ${LIBRDKAFKA_WHEEL}`)
    const linked = [join(libraries, library), `-Wl,-rpath,${libraries}`, '-lpthread']
    run('gcc', ['-O2', '-o', join(to, 'driver'), join(from, 'driver.c'), ...linked])
  },
  'franz-go'(to, from) {
    run('go', ['build', '-o', join(to, 'driver'), '.'], from)
  },
  node: npm,
  confluent: npm,
}

/**
 * @param {string} to
 * @param {string} from
 */
function npm(to, from) {
  writeFileSync(join(to, 'package.json'), readFileSync(join(from, 'package.json')))
  run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], to)
}

/**
 * Installs what was named, or everything but what has to be compiled for long; what is there already, made of the same
 * sources, is left alone. True if nothing failed.
 *
 * @param {readonly string[]} names
 * @param {(message: string) => void} tell
 */
export function install(names, tell) {
  const unknown = names.find((name) => steps[name] === undefined)
  if (unknown !== undefined) throw new Error(`no peer ${unknown}: there are ${Object.keys(steps).join(', ')}`)
  const wanted = names.length > 0 ? names : Object.keys(steps).filter((name) => name !== 'confluent')
  const failed = wanted.filter((name) => !installOne(name, tell))
  return failed.length === 0
}

/**
 * @param {string} name
 * @param {(message: string) => void} tell
 */
function installOne(name, tell) {
  const [to, from] = [join(cacheFolder, name), join(peersFolder, name)]
  const stamp = join(to, 'stamp')
  const sources = createHash('sha256').update(String(steps[name]) + LIBRDKAFKA_WHEEL)
  for (const file of readdirSync(from).sort()) sources.update(file).update(readFileSync(join(from, file)))
  const made = sources.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) {
    tell(`${name}: is there`)
    return true
  }
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  const start = performance.now()
  try {
    steps[name]?.(to, from)
    writeFileSync(stamp, made)
    tell(`${name}: installed in ${Math.round((performance.now() - start) / 1000)} s`)
    return true
  } catch (error) {
    tell(`${name}: ${/** @type {Error} */ (error).message}`)
    return false
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd, timeout: 900_000 })
  if (error !== undefined) throw new Error(`${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${`${stderr}${stdout}`.trim().slice(-500)}`)
}
