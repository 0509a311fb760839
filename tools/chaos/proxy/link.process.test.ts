import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { reservePorts } from '../../kafka/ports.ts'
import { Link } from './link.ts'

it('lets go of a connection that is reset while it is being ended', async () => {
  const reserved = await reservePorts(2)
  const [front = 0, back = 0] = reserved.ports
  const proxy = createServer().listen(front, '127.0.0.1')
  const broker = createServer().listen(back, '127.0.0.1')
  await Promise.all([once(proxy, 'listening'), once(broker, 'listening')])
  const atBroker = once(broker, 'connection')
  const application = connect(front, '127.0.0.1').on('error', () => {})
  const [client] = (await once(proxy, 'connection')) as [Socket]
  const closed = new Promise<boolean>((resolve) => {
    const link = new Link(
      client,
      back,
      () => resolve(true),
      () => 0,
    )
    void atBroker.then(() => {
      // Node refuses to reset such a socket, and then never closes it.
      client.end()
      link.cut('reset')
    })
  })
  expect(await closed).toBe(true)
  application.destroy()
  proxy.close()
  broker.close()
  reserved.release()
})
