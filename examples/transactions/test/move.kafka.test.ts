import { expect, it } from 'vitest'
import { bootstrapServers, describeKafka, freshTopic } from '../../../tools/kafka/testCluster.ts'
import { Life } from './support/life.ts'
import { someOrders, writeOrders } from './support/orders.ts'
import { faultsOf, progressOf } from './support/verdict.ts'

const none = { missing: [], twice: [], outOfOrder: [], wrong: [] }

describeKafka('the example', () => {
  it('moves what is there, ends, and goes on behind it the next time', async () => {
    const [input, output] = [await freshTopic('orders', { partitions: 3 }), await freshTopic('invoices')]
    const orders = someOrders(2000, 20)
    await writeOrders(bootstrapServers, input, orders.slice(0, 1500))
    const args = ['--bootstrap-servers', bootstrapServers, '--input', input, '--output', output, '--group', input]
    const run = () => new Life([...args, '--until-drained'], 60_000).over
    expect(await run()).toMatchObject({ code: 0, errors: '', out: expect.stringContaining('1500 moved') as string })
    expect(await run()).toMatchObject({ code: 0, out: '0 moved\n' })
    await writeOrders(bootstrapServers, input, orders.slice(1500))
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('500 moved') as string })
    expect(await faultsOf(bootstrapServers, output, orders)).toEqual(none)
    const { committed, ends } = await progressOf(bootstrapServers, input, input)
    expect(committed).toEqual(ends)
  })

  it('ends well by a signal', async () => {
    const [input, output] = [await freshTopic('orders'), await freshTopic('invoices')]
    const orders = someOrders(300, 5)
    await writeOrders(bootstrapServers, input, orders)
    const args = ['--bootstrap-servers', bootstrapServers, '--input', input, '--output', output, '--group', input]
    const life = new Life([...args, '--transaction-records', '10'], 60_000)
    await life.started
    life.end('SIGTERM')
    expect(await life.over).toMatchObject({ code: 0, errors: '', out: expect.stringMatching(/^\d+ moved$/m) as string })
    expect(await new Life([...args, '--until-drained'], 60_000).over).toMatchObject({ code: 0 })
    expect(await faultsOf(bootstrapServers, output, orders)).toEqual(none)
  })
})
