// The test kit's cluster as a process, which does as it is told: see `serve`.
import { createCluster } from '@posthorn/testkit'
import { Authority } from '../../../tools/certificates/authority.ts'
import { serve } from './processes.mjs'

/** @type {import('@posthorn/testkit').Cluster | undefined} */
let cluster

serve(async (/** @type {Order} */ order) => {
  switch (order.do) {
    case 'start': {
      const topics = Object.fromEntries(order.topics.map((name) => [name, order.partitions]))
      cluster = createCluster({ brokers: order.brokers, topics })
      if (order.tls !== true) {
        await cluster.listen()
        return { bootstrap: cluster.bootstrapServers }
      }
      const authority = new Authority()
      await cluster.listen({ tls: authority.issue({ names: ['127.0.0.1'] }) })
      return { bootstrap: cluster.bootstrapServers, ca: authority.cert }
    }
    // Takes requests, stores what they say, and answers nothing from the first of these on.
    case 'drop':
      cluster?.intercept(order.api, { drop: true })
      return {}
    // Takes connections and bytes, and does nothing.
    case 'pause':
      cluster?.pauseBroker(order.broker)
      return {}
    case 'resume':
      cluster?.resumeBroker(order.broker)
      return {}
  }
})

/**
 * @typedef {{ do: 'start', brokers: number, topics: readonly string[], partitions: number, tls?: boolean }
 *   | { do: 'drop', api: string }
 *   | { do: 'pause', broker: number }
 *   | { do: 'resume', broker: number }} Order
 */
