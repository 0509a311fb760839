import { ErrorCode } from '@posthorn/protocol'
import { appendMarker } from '../cluster/appendBatch.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import { noProducerId, type Transaction } from './transaction.ts'

/**
 * Writes the markers of a transaction that is being ended to all partitions and groups that can take them now. When none
 * is left the transaction has ended; else it waits, in its `Prepare…` state, for leaders and coordinators.
 */
export function writeMarkers(it: Transaction, cluster: ClusterState): void {
  const { coordinators } = cluster
  if (coordinators.availability('transaction', it.transactionalId) !== ErrorCode.NONE) return
  const { producerId, producerEpoch } = it
  const commit = it.state === 'PrepareCommit'
  for (const [key, { topic, index }] of it.partitions) {
    const partition = cluster.topic(topic)?.partitions[index]
    // What was deleted needs no marker.
    if (partition !== undefined) {
      if (cluster.brokers[partition.leader]?.status !== 'running') continue
      appendMarker(partition, { producerId, producerEpoch, commit }, cluster)
    }
    it.partitions.delete(key)
  }
  for (const group of it.groups) {
    if (coordinators.availability('group', group) !== ErrorCode.NONE) continue
    cluster.groupOffsets.complete(group, producerId, commit)
    it.groups.delete(group)
  }
  if (it.partitions.size + it.groups.size === 0) complete(it)
}

function complete(it: Transaction): void {
  it.state = it.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
  if (it.nextProducerId === noProducerId) return
  it.previousProducerId = it.producerId
  it.producerId = it.nextProducerId
  it.nextProducerId = noProducerId
  it.producerEpoch = 0
}
