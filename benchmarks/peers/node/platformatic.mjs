// @platformatic/kafka: `single`, one `send()` per record, and `batch`. It knows neither linger nor batch size, and has
// one request in flight per broker when it is idempotent.
import { drive } from '../../src/driver/drive.mjs'
import { load } from './load.mjs'
import { inBatches, oneByOne } from './senders.mjs'

await drive(process.argv.slice(2), ['single', 'batch'], async (flags, payloads, tally) => {
  const { library, version } = await load('@platformatic/kafka')
  const producer = new library.Producer({
    clientId: 'bench',
    bootstrapBrokers: flags.bootstrap.split(','),
    acks: flags.acks === 'all' ? -1 : flags.acks,
    compression: flags.codec,
    idempotent: flags.idempotent,
    ...(flags.idempotent ? {} : { maxInflights: flags.maxInflight }),
  })
  const { topic } = flags
  /** @type {import('./senders.mjs').SendMany} */
  const sendMany = (messages) =>
    producer.send({ messages: messages.map(({ key, value }) => ({ topic, key: key ?? undefined, value })) })
  const how =
    flags.mode === 'batch'
      ? inBatches(flags.batchRecords, sendMany, payloads, tally)
      : oneByOne(sendMany, payloads, tally)
  const peer = flags.mode === 'single' ? 'platformatic' : `platformatic:${flags.mode}`
  return { peer, version, ...how, close: () => producer.close() }
})
