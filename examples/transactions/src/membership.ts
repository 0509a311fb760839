import type { Consumer } from 'kafkajs'
import type { ConsumerGroupMetadata } from 'posthorn'

/**
 * Who the consumer is in its group, as of its latest heartbeat. kafkajs 2.2.4 tells the generation nowhere but in its
 * HEARTBEAT events; hence a heartbeat before each transaction (see `heartbeatInterval` in consumer.ts).
 */
export class Membership {
  private latest: ConsumerGroupMetadata | null = null

  constructor(consumer: Pick<Consumer, 'on' | 'events'>) {
    consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
      const { groupId, memberId } = payload
      this.latest = { groupId, memberId, generationId: payload.groupGenerationId }
    })
  }

  /** For `sendOffsets`: the group's coordinator refuses the offsets if the group has moved on since (KIP-447). */
  get metadata(): ConsumerGroupMetadata {
    if (this.latest === null) throw new Error('the consumer has not sent a heartbeat yet')
    return this.latest
  }
}
