// The parts of kafkajs below its public API that read a partition without joining a consumer group.

declare module 'kafkajs/src/cluster/index.js' {
  interface Decoded {
    readonly offset: string
    readonly timestamp: string
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Readonly<Record<string, Buffer | null | readonly (Buffer | null)[]>>
  }
  interface Answer {
    readonly responses: readonly {
      readonly partitions: readonly { readonly partition: number; readonly messages: readonly Decoded[] }[]
    }[]
  }
  interface Broker {
    fetch(request: object): Promise<Answer>
  }
  export default class Cluster {
    constructor(options: object)
    connect(): Promise<void>
    disconnect(): Promise<void>
    addTargetTopic(topic: string): Promise<void>
    findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[]
    findBroker(node: { nodeId: string }): Promise<Broker>
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  const createSocketFactory: () => unknown
  export default createSocketFactory
}
