import { addressName } from '@posthorn/contracts'
import { metadata, type MetadataResponse, ZERO_UUID } from '@posthorn/protocol'
import type { Explanation } from 'posthorn'
import type { OpenSession } from './examineAddress.ts'
import type { AdvertisedBroker } from './report.ts'
import { counted } from '../produce/text.ts'
import type { Explain, StepRunner } from './stepRunner.ts'

/** What a broker says of its cluster. */
export interface ClusterView {
  readonly clusterId: string | null
  readonly brokers: readonly AdvertisedBroker[]
}

/** Asks a broker for its cluster. */
export async function examineCluster(
  { session }: OpenSession,
  runner: StepRunner,
  explainBy: Explain,
): Promise<ClusterView | null> {
  return runner.run(
    session.name,
    'metadata',
    async () => {
      const answer = await session.request(metadata, requestFor([], false))
      const brokers = answer.brokers.map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
      const list = brokers.map((broker) => `${broker.id} at ${addressName(broker)}`).join(', ')
      const detail = `cluster ${answer.clusterId ?? 'without an id'}; ${counted(brokers.length, 'broker', 'brokers')}: ${list}`
      return { value: { clusterId: answer.clusterId, brokers }, detail }
    },
    explainBy,
  )
}

/** Asks for a topic without creating it, and for what we may do with it where the broker tells. */
export async function askForTopic({ session, versions }: OpenSession, topic: string): Promise<MetadataResponse> {
  const telling = (versions.maximum(metadata.key) ?? 0) >= AUTHORIZED_OPERATIONS
  return session.request(metadata, requestFor([topic], telling))
}

/** First version of Metadata that tells what we may do. */
const AUTHORIZED_OPERATIONS = 8

function requestFor(topics: readonly string[], telling: boolean): Parameters<typeof metadata.encodeRequest>[0] {
  return {
    topics: topics.map((name) => ({ name, topicId: ZERO_UUID })),
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: telling,
  }
}

/** What to do about a listener that clients are sent to and cannot use. */
export function advertisedContext(broker: AdvertisedBroker): (explanation: Explanation) => Explanation {
  return ({ cause, meaning, fix }) => {
    const { id, host } = broker
    const source = `${addressName(broker)} is what broker ${id} tells clients to connect to (advertised.listeners)`
    const local = /^(localhost|127\.|\[?::1)/.test(host)
      ? 'Clients on other machines are sent to themselves by it: advertise a name that they can resolve.'
      : 'Advertise a name and port that this machine can reach, or a listener of its own for clients out here.'
    const listeners = new Set(['NAME_NOT_RESOLVED', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])
    if (!listeners.has(cause) && cause !== 'CONNECTION_TIMEOUT') return { cause, meaning, fix: `${fix} ${source}.` }
    return { cause, meaning: `${meaning} ${source}.`, fix: local }
  }
}
