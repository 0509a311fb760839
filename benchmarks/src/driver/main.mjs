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
    const producer = createProducer(optionsOf(flags, await codecOf(flags.codec)))
    // Connected as the other drivers are: what waits for that takes another way, and has it compiled.
    await producer.partitionsFor(flags.topic)
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
 * @param {import('posthorn').ProducerOptions['compression']} compression
 * @returns {import('posthorn').ProducerOptions}
 */
function optionsOf({ bootstrap, acks, idempotent, lingerMs, batchBytes, maxInflight, options }, compression) {
  return {
    bootstrapServers: bootstrap,
    clientId: 'posthorn-bench',
    acks,
    // Nothing but acks=all can be idempotent; a run with other acks compares producers that are not.
    enableIdempotence: idempotent && acks === 'all',
    compression,
    lingerMs,
    batchSize: batchBytes,
    maxInFlightRequestsPerConnection: maxInflight,
    ...options,
  }
}

/**
 * The codec by Kafka's name. The one that `posthorn` does not bring is loaded only when it is used.
 *
 * @param {string} name
 * @returns {Promise<import('posthorn').ProducerOptions['compression']>}
 */
async function codecOf(name) {
  if (name === 'snappy') return (await import('@posthorn/codec-snappy')).snappy()
  return /** @type {import('posthorn').CompressionType} */ (name)
}

function version() {
  const manifest = new URL('../package.json', import.meta.resolve('posthorn'))
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
}
