import { type Transactions, transactions } from '@posthorn/transactions'
import { createProducer, KafkaError, type Producer } from 'posthorn'
import type { DriverOptions } from './contract.ts'
import { drive, type DrivenClient, type DrivenTransactions } from './drive.ts'

// Two minutes in all, as for a record.
const mostWaits = 2

await drive((options) => Promise.resolve(options.transactionalId === '' ? plain(options) : transactional(options)))

function plain({ bootstrapServers, topic }: DriverOptions): DrivenClient {
  return clientOf(createProducer({ bootstrapServers, clientId: 'chaos' }), topic)
}

function transactional({ bootstrapServers, topic, transactionalId }: DriverOptions): DrivenClient {
  const producer = createProducer({ bootstrapServers, clientId: 'chaos', delivery: transactions({ transactionalId }) })
  return { ...clientOf(producer, topic), transactions: patient(producer.delivery) }
}

type TextProducer = Pick<Producer<Uint8Array | string, Uint8Array | string, unknown>, 'send' | 'close'>

function clientOf(producer: TextProducer, topic: string): DrivenClient {
  return {
    name: 'posthorn',
    chunk: 1,
    send: (records) => Promise.all(records.map((record) => producer.send({ topic, ...record }))),
    explain: (error) =>
      error instanceof KafkaError
        ? { code: error.code, maybeStored: error.maybePersisted }
        : { code: String(error), maybeStored: true },
    close: () => producer.close(),
  }
}

/** Calls that gave up waiting are made again: the work behind them goes on, and they wait for it. */
function patient(delivery: Transactions): DrivenTransactions {
  const patiently = async (call: () => Promise<void>): Promise<void> => {
    for (let waits = 1; ; waits++) {
      try {
        await call()
        return
      } catch (error) {
        const over = !(error instanceof KafkaError) || error.code !== 'TRANSACTION_TIMEOUT'
        if (over || waits === mostWaits) throw error
      }
    }
  }
  return {
    init: () => patiently(() => delivery.init()),
    begin: () => delivery.begin(),
    commit: () => patiently(() => delivery.commit()),
    abort: () => patiently(() => delivery.abort()),
  }
}
