import { brokerError, ErrorCode, type MetadataTopic, NO_AUTHORIZED_OPERATIONS } from '@posthorn/protocol'
import { counted } from '../produce/text.ts'
import type { OpenSession } from './examineAddress.ts'
import { askForTopic } from './examineCluster.ts'
import type { StepRunner } from './stepRunner.ts'

/** Kafka's number of the operation, which is its bit among those that we may do (KIP-430). */
const WRITE = 4

/** Asks whether the topic is there, has leaders, and whether we may write to it. True when all of that is so. */
export async function examineTopic(open: OpenSession, topic: string, runner: StepRunner): Promise<boolean> {
  const found = await runner.run(topic, 'topic', async () => {
    const { topics } = await askForTopic(open, topic)
    const found = topics.find(({ name }) => name === topic)
    const broker = open.session.name
    const errorCode = found?.errorCode ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if (found === undefined || errorCode !== ErrorCode.NONE) throw brokerError(errorCode, { topic, broker })
    const leaderless = found.partitions.filter(({ leaderId }) => leaderId < 0)
    if (leaderless.length > 0) throw brokerError(ErrorCode.LEADER_NOT_AVAILABLE, { topic, broker })
    const may = mayWrite(found)
    if (may === false) throw brokerError(ErrorCode.TOPIC_AUTHORIZATION_FAILED, { topic, broker })
    const told = may === null ? 'the broker does not tell whether we may write' : 'we may write'
    return { value: true, detail: `${counted(found.partitions.length, 'partition', 'partitions')}; ${told}` }
  })
  return found === true
}

function mayWrite({ topicAuthorizedOperations }: MetadataTopic): boolean | null {
  if (topicAuthorizedOperations === NO_AUTHORIZED_OPERATIONS) return null
  return ((topicAuthorizedOperations >> WRITE) & 1) === 1
}
