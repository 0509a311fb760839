import type { KafkaError, RecordMetadata } from '@posthorn/contracts'

/** How a send ended: `stored`, or the error's code, with `?` when the record may have been stored all the same. */
export async function fateOf(sent: Promise<RecordMetadata>): Promise<string> {
  try {
    await sent
    return 'stored'
  } catch (error) {
    const { code, maybePersisted } = error as KafkaError
    return maybePersisted ? `${code}?` : code
  }
}
