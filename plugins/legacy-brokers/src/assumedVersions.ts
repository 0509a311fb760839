import type { ApiRange } from '@posthorn/contracts'
import { metadata, produce } from '@posthorn/protocol'

/** What Kafka 0.9 speaks of what a producer needs: it cannot be asked, ApiVersions came with 0.10 (KIP-35). */
export const assumedVersions: readonly ApiRange[] = [
  { apiKey: produce.key, minVersion: 0, maxVersion: 1 },
  { apiKey: metadata.key, minVersion: 0, maxVersion: 0 },
]
