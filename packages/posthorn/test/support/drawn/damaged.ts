import type { ProduceRequest } from '@posthorn/protocol'
import { RecordBatchView } from '@posthorn/protocol'
import type { Stage } from '../stage.ts'

/** Batches whose bytes are not those that their checksum was made of: memory was used again while they were under way. */
export function damaged({ cluster }: Stage): string[] {
  const wrong: string[] = []
  for (const { apiName, at, body } of cluster.history) {
    if (apiName !== 'Produce') continue
    for (const { partitions } of (body as ProduceRequest).topics) {
      for (const { index, records } of partitions) {
        const isDamaged = records !== null && !new RecordBatchView(records).isCrcValid()
        if (isDamaged) wrong.push(`a batch for partition ${index} arrived damaged at ${at}`)
      }
    }
  }
  return wrong
}
