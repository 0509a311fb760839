import { drive } from './drive.ts'
import { peerModule } from './peerModule.ts'

interface Platformatic {
  readonly Producer: new (options: object) => {
    send(batch: { readonly messages: readonly object[] }): Promise<unknown>
    close(): Promise<void>
  }
  readonly stringSerializers: object
}

await drive(async ({ bootstrapServers, topic }) => {
  const { exports, version } = await peerModule('@platformatic/kafka')
  const { Producer, stringSerializers } = exports as Platformatic
  const producer = new Producer({
    clientId: 'chaos',
    bootstrapBrokers: bootstrapServers.split(','),
    acks: -1,
    idempotent: true,
    serializers: stringSerializers,
  })
  return {
    name: `@platformatic/kafka ${version}`,
    chunk: 100,
    send: (records) => producer.send({ messages: records.map((record) => ({ topic, ...record })) }),
    // It never says whether a record may be stored.
    explain: (error) => ({
      code: (error as { code?: string } | null)?.code ?? String(error),
      maybeStored: true,
    }),
    close: () => producer.close(),
  }
})
