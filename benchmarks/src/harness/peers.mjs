import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, driver, peersFolder } from './paths.mjs'

/**
 * How a peer is started, and what has to be in the cache for that.
 *
 * @typedef {object} Driver
 * @property {readonly string[]} command
 * @property {string} [needs] a file
 * @property {string} [step] of the installation, that makes it
 */

const java = join(cacheFolder, 'java')
const node = (/** @type {string} */ file, /** @type {string} */ library, step = 'node') => ({
  command: [process.execPath, join(peersFolder, file)],
  needs: join(cacheFolder, step, 'node_modules', library),
  step,
})

/** @type {Readonly<Record<string, Driver>>} */
const drivers = {
  posthorn: { command: [process.execPath, driver] },
  'posthorn-young16': { command: [process.execPath, '--max-semi-space-size=16', driver] },
  java: {
    command: ['java', '-Xmx512m', '-cp', `${join(java, 'lib')}/*:${join(java, 'classes')}`, 'Driver'],
    needs: join(java, 'classes', 'Driver.class'),
    step: 'java',
  },
  librdkafka: native('librdkafka'),
  'franz-go': native('franz-go'),
  floor: node('floor/floor.mjs', '@node-rs/crc32'),
  platformatic: node('node/platformatic.mjs', '@platformatic/kafka'),
  kafkajs: node('node/kafkajs.mjs', 'kafkajs'),
  confluent: node('confluent/confluent.mjs', '@confluentinc/kafka-javascript', 'confluent'),
}

/** @param {string} name */
function native(name) {
  const file = join(cacheFolder, name, 'driver')
  return { command: [file], needs: file, step: name }
}

/**
 * A peer that takes part.
 *
 * @typedef {object} Peer
 * @property {string} label as it was named
 * @property {readonly string[]} command
 * @property {Readonly<Record<string, string>>} flags of its own
 */

/**
 * Those that were named, as `NAME[:MODE][@flag=value;flag=value]`; the ones that are not installed are left out, and
 * told. Others may bring drivers of their own: a command line by its name.
 *
 * @param {readonly string[]} labels
 * @param {Readonly<Record<string, string>>} outside
 * @param {(message: string) => void} tell
 * @returns {Peer[]}
 */
export function findPeers(labels, outside, tell) {
  const found = []
  for (const label of labels) {
    const [, name = '', mode, own = ''] = /^([^:@]+)(?::([^@]+))?(?:@(.*))?$/.exec(label) ?? []
    const command = outside[name] === undefined ? drivers[name] : { command: String(outside[name]).split(' ') }
    if (command === undefined) {
      throw new Error(`no peer ${label}: there are ${[...Object.keys(drivers), ...Object.keys(outside)].join(', ')}`)
    }
    if (command.needs !== undefined && !existsSync(command.needs)) {
      tell(`${label} is left out: \`npm run bench -- install ${command.step}\` installs it`)
      continue
    }
    const pairs = own.split(';').filter((pair) => pair !== '')
    const flags = Object.fromEntries(pairs.map((pair) => pair.split('=', 2)))
    found.push({ label, command: command.command, flags: mode === undefined ? flags : { mode, ...flags } })
  }
  return found
}
