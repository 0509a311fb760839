import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '@posthorn/testkit'
import { expect, it } from 'vitest'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { Life } from './support/life.ts'
import { someOrders, writeOrders } from './support/orders.ts'
import { abortedRecords, faultsOf, progressOf } from './support/verdict.ts'

const SEED = 20_261_126
const ORDERS = 20_000
const KILLS = 12
const SESSION_MS = 1500
/** More lives than that and something is wrong. */
const MAX_LIVES = 40
const MAX_LIFE_MS = 60_000

describeKafka('the example, killed again and again', () => {
  it('makes each invoice once, in order, and the group has consumed each order', async () => {
    const random = seededRandom(SEED)
    const config = { 'group.min.session.timeout.ms': '500', 'offsets.topic.num.partitions': '5' }
    await using cluster = await startKafka({ brokers: 1, config })
    const { bootstrapServers } = cluster
    const [input, output, group] = ['orders', 'invoices', 'billing']
    for (const topic of [input, output]) await cluster.createTopic(topic, { partitions: 3 })
    const orders = someOrders(ORDERS, 50)
    await writeOrders(bootstrapServers, input, orders)
    const args = [
      ...['--bootstrap-servers', bootstrapServers, '--until-drained'],
      ...['--session-timeout-ms', String(SESSION_MS), '--transaction-records', '20'],
    ]
    let kills = 0
    let last
    for (let life = 0; life < MAX_LIVES && last?.code !== 0; life++) {
      const process = new Life(args, MAX_LIFE_MS)
      if (kills < KILLS) {
        // Mostly while it moves records; every fourth time while it starts.
        const early = kills % 4 === 3
        if (!early) await process.started
        await Promise.race([pause(random() * (early ? 1500 : 300)), process.over])
        process.end('SIGKILL')
      }
      last = await process.over
      if (last.signal === 'SIGKILL') kills++
    }
    expect(last).toMatchObject({ code: 0, errors: '' })
    expect(kills).toBe(KILLS)
    const none = { missing: [], twice: [], outOfOrder: [], wrong: [] }
    expect(await faultsOf(bootstrapServers, output, orders)).toEqual(none)
    const { committed, ends } = await progressOf(bootstrapServers, input, group)
    expect(committed).toEqual(ends)
    expect(ends.reduce((sum, end) => sum + Number(end), 0)).toBe(ORDERS)
    // Without this, the processes were never killed where it matters.
    expect(await abortedRecords(bootstrapServers, output)).toBeGreaterThan(0)
  }, 300_000)
})
