import type { Cluster } from '@posthorn/testkit'
import type { Stage } from './stage.ts'

/** Something that goes wrong once. */
export type Fault = (stage: Stage) => void

/** Answers of a leader that has appended the batch and cannot say that it will stay. */
const afterAppend = {
  NOT_LEADER_OR_FOLLOWER: 6,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  KAFKA_STORAGE_ERROR: 56,
  REQUEST_TIMED_OUT: 7,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  UNKNOWN_SERVER_ERROR: -1,
} as const

interface ProduceAnswer {
  readonly topics: readonly { readonly partitions: readonly { readonly errorCode: number }[] }[]
}

/** Answers of a broker that has appended nothing. */
const beforeAppend = [
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'NOT_ENOUGH_REPLICAS',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'THROTTLING_QUOTA_EXCEEDED',
]

/** Faults that cost time only. */
export const delays: readonly Fault[] = [
  ({ cluster, below, brokers }) => cluster.cutConnections(below(brokers)),
  ({ cluster, below }) => void cluster.intercept('Produce', { cutBefore: true }, { times: 1 + below(3) }),
  ({ cluster, below }) => void cluster.intercept('Produce', { cutAfter: true }, { times: 1 + below(3) }),
  ({ cluster }) => void cluster.intercept('Produce', { drop: true }, { times: 1 }),
  ({ cluster, below }) => void cluster.intercept('Produce', { delayAfterMs: below(800) }, { times: 2 }),
  ({ cluster, below }) => void cluster.intercept('Produce', { delayBeforeMs: below(800) }, { times: 2 }),
  ({ cluster }) => void cluster.intercept('Produce', { send: 'partial' }, { times: 1 }),
  ({ cluster }) => void cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 }),
  ({ cluster }) => void cluster.intercept('Produce', { error: 'NOT_LEADER_OR_FOLLOWER' }, { times: 2 }),
  ({ cluster }) => void cluster.intercept('Metadata', { cutBefore: true }, { times: 2 }),
  ({ cluster }) => void cluster.intercept('InitProducerId', { cutAfter: true }, { times: 1 }),
  ({ cluster }) => void cluster.intercept('InitProducerId', { error: 'COORDINATOR_LOAD_IN_PROGRESS' }, { times: 2 }),
  ({ cluster }) => void cluster.intercept('ApiVersions', { cutBefore: true }, { times: 1 }),
  (stage) => {
    const topic = stage.topic()
    stage.cluster.moveLeader(topic, stage.below(stage.partitions(topic)), stage.below(stage.brokers))
  },
  ({ cluster, clock, below, random, brokers }) => {
    const broker = below(brokers)
    cluster.stopBroker(broker, { leaders: random() < 0.5 ? 'move' : 'stay' })
    clock.schedule(below(1500), () => void cluster.startBroker(broker))
  },
  ({ cluster, clock, below, brokers }) => {
    const broker = below(brokers)
    cluster.pauseBroker(broker)
    clock.schedule(below(1500), () => cluster.resumeBroker(broker))
  },
  ({ cluster, below }) => answerAfterAppend(cluster, afterAppend.NOT_LEADER_OR_FOLLOWER, 1 + below(2)),
]

/** Faults that make batches fail, or leave open what became of them. */
export const failures: readonly Fault[] = [
  ({ cluster, pick, below }) =>
    void cluster.intercept('Produce', { error: pick(beforeAppend) }, { times: 1 + below(3), skip: below(4) }),
  ({ cluster, below }) => void cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1, skip: below(4) }),
  ({ cluster, pick, below }) => answerAfterAppend(cluster, pick(Object.values(afterAppend)), 1 + below(2)),
  ({ cluster, pick }) =>
    void cluster.intercept(
      'InitProducerId',
      { error: pick(['CLUSTER_AUTHORIZATION_FAILED', 'INVALID_REQUEST']) },
      { times: 1 },
    ),
]

/** Elects a leader that has not seen the latest batches, acknowledged ones among them. */
export const loss: Fault = (stage) => {
  const { cluster, below, brokers } = stage
  const loseBatches = 1 + below(4)
  const topic = stage.topic()
  stage.losing(() => cluster.moveLeader(topic, below(stage.partitions(topic)), below(brokers), { loseBatches }))
}

/** Deletes a topic and creates it anew, with another id. */
export const recreation: Fault = (stage) => {
  const { cluster, brokers } = stage
  const topic = stage.topic()
  const partitions = stage.partitions(topic)
  stage.losing(() => {
    cluster.deleteTopic(topic)
    cluster.createTopic(topic, { partitions, replicationFactor: Math.min(3, brokers) })
  })
}

/** Has brokers append the next batches and answer with an error all the same. */
export function answerAfterAppend(cluster: Cluster, errorCode: number, times: number): void {
  const change = ({ topics, ...answer }: ProduceAnswer): ProduceAnswer => ({
    ...answer,
    topics: topics.map(({ partitions, ...topic }) => ({
      ...topic,
      partitions: partitions.map((it) => (it.errorCode === 0 ? { ...it, errorCode } : it)),
    })),
  })
  cluster.intercept('Produce', { change }, { times })
}
