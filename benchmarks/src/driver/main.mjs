import { readFileSync } from 'node:fs'
import { createProducer } from 'posthorn'
import { drive } from './drive.mjs'
import { makeSender } from './senders.mjs'

/**
 * Runs the driver of our producer to its end.
 *
 * @param {readonly string[]} argv
 */
export function runDriver(argv) {
  return drive(argv, ['single', 'callback'], async (flags, payloads, tally) => {
    const producer = createProducer(optionsOf(flags))
    return {
      peer: flags.mode === 'single' ? 'posthorn' : `posthorn:${flags.mode}`,
      version: version(),
      send: makeSender(flags, payloads, producer, tally),
      ready: () => producer.ready(),
      close: () => producer.close(),
    }
  })
}

/**
 * The settings that the command line names; everything else is as it is for everyone.
 *
 * @param {import('./flags.mjs').DriverFlags} flags
 * @returns {import('posthorn').ProducerOptions}
 */
function optionsOf({ bootstrap, acks, idempotent, codec, lingerMs, batchBytes, maxInflight }) {
  return {
    bootstrapServers: bootstrap,
    clientId: 'posthorn-bench',
    acks,
    // Nothing but acks=all can be idempotent; a run with other acks compares producers that are not.
    enableIdempotence: idempotent && acks === 'all',
    compression: /** @type {import('posthorn').CompressionType} */ (codec),
    lingerMs,
    batchSize: batchBytes,
    maxInFlightRequestsPerConnection: maxInflight,
  }
}

function version() {
  const manifest = new URL('../package.json', import.meta.resolve('posthorn'))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}
