import { UnsupportedVersionError } from '@posthorn/contracts'
import type { ApiVersionsResponse } from '@posthorn/protocol'
import type { FeatureReport } from './finalizedFeatures.ts'

/** An API and the versions of it that we speak. */
export interface VersionedApi {
  readonly name: string
  readonly key: number
  readonly minVersion: number
  readonly maxVersion: number
}

/** What to do about an API that old brokers do not have as we need it, by its key. */
const hints: ReadonlyMap<number, string> = new Map([
  [0, '; a broker older than Kafka 0.11 needs the plugin @posthorn/legacy-brokers'],
  [22, '; idempotence needs Kafka 0.11: turn it off (enableIdempotence: false) for older brokers'],
])

/** The versions that one broker speaks. */
export class BrokerVersions {
  private readonly ranges: ReadonlyMap<number, { readonly minVersion: number; readonly maxVersion: number }>

  /** What the broker told of the cluster's features. */
  readonly features: FeatureReport

  constructor({ apiKeys, ...features }: Pick<ApiVersionsResponse, 'apiKeys'> & Partial<FeatureReport>) {
    this.features = { finalizedFeaturesEpoch: -1n, finalizedFeatures: [], ...features }
    this.ranges = new Map(apiKeys.map((range) => [range.apiKey, range]))
  }

  /** The highest version of an API that the broker speaks, `undefined` for one that it does not have. */
  maximum(apiKey: number): number | undefined {
    return this.ranges.get(apiKey)?.maxVersion
  }

  /** The highest version that both sides speak and that is at most `limit`; throws when there is none (API-06). */
  choose(api: VersionedApi, broker: string, limit: number = api.maxVersion): number {
    const range = this.ranges.get(api.key)
    const version = range === undefined ? -1 : Math.min(range.maxVersion, api.maxVersion, limit)
    if (range !== undefined && version >= Math.max(range.minVersion, api.minVersion)) return version
    const theirs = range === undefined ? 'does not have it' : `speaks ${range.minVersion} to ${range.maxVersion}`
    const ours = `${api.minVersion} to ${Math.min(api.maxVersion, limit)}`
    throw new UnsupportedVersionError(
      `${api.name}: we speak versions ${ours}, broker ${broker} ${theirs}${hints.get(api.key) ?? ''}`,
      {
        broker,
      },
    )
  }
}
