import type { WorldFault } from './familiesOfFaults.ts'

interface Answer {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[]
  readonly topics: readonly {
    readonly partitions: readonly { readonly errorCode: number; readonly leaderId: number }[]
  }[]
}

type Change = (answer: Answer) => object

/** Metadata that is old, or sends the producer to where nobody listens, or to the wrong broker. */
export const metadataFaults: readonly WorldFault[] = [
  // What was true a while ago.
  ({ stage: { cluster, below } }) => {
    let old: Answer | null = null
    const change: Change = (answer) => (old ??= answer)
    cluster.intercept('Metadata', { change }, { times: 2 + below(3) })
  },
  changing(({ pick, below }) => {
    const broken = pick(['host', 'port'])
    return (answer) => ({
      ...answer,
      brokers: answer.brokers.map((it) => (below(2) === 0 ? it : { ...it, [broken]: broken === 'host' ? 'x' : 1 })),
    })
  }),
  // Two brokers at one address.
  changing(({ pick }) => (answer) => {
    const { host, port } = pick(answer.brokers)
    return { ...answer, brokers: answer.brokers.map((it) => ({ ...it, host, port })) }
  }),
  changing(({ below }) => (answer) => ({ ...answer, brokers: answer.brokers.slice(below(2)) })),
  changing(() => (answer) => ({ ...answer, brokers: [] })),
  // The wrong leader, an unknown one, or none.
  changing(({ pick, below, brokers }) => {
    const leader = pick([() => below(brokers), () => 99, () => -1])
    return (answer) => inPartitions(answer, (it) => ({ ...it, leaderId: leader() }))
  }),
  changing(() => (answer) => inPartitions(answer, (it) => ({ ...it, errorCode: 72, leaderId: -1 }))),
  // A topic with fewer partitions than it has.
  changing(() => (answer) => ({
    ...answer,
    topics: answer.topics.map((topic) => ({ ...topic, partitions: topic.partitions.slice(0, 1) })),
  })),
  ({ stage: { cluster, below, brokers } }) => {
    for (let broker = 0; broker < brokers; broker++) {
      cluster.moveLeader(cluster.topics[0] as string, 0, below(brokers))
    }
  },
]

/** What brokers can answer about a topic, or about themselves. */
export const topicErrors: readonly WorldFault[] = [
  ({ stage: { cluster, pick, below } }) => {
    const codes = [-1, 3, 5, 7, 9, 14, 17, 29, 31, 42, 56, 72, 74, 87, 100, 103, 129, 999]
    cluster.intercept('Metadata', { error: pick(codes) }, { times: 1 + below(3) })
  },
  ({ stage: { cluster } }) => {
    const change = (answer: object): object => ({ ...answer, errorCode: 129 })
    cluster.intercept('Metadata', { change }, { times: 1 })
  },
  changing(() => (answer) => ({ ...answer, topics: [] })),
]

function changing(make: (stage: Parameters<WorldFault>[0]['stage']) => Change): WorldFault {
  return ({ stage }) => {
    stage.cluster.intercept('Metadata', { change: make(stage) }, { times: 1 + stage.below(3) })
  }
}

function inPartitions(answer: Answer, change: (partition: Answer['topics'][number]['partitions'][number]) => object) {
  return {
    ...answer,
    topics: answer.topics.map((topic) => ({ ...topic, partitions: topic.partitions.map(change) })),
  }
}
