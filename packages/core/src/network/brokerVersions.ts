import { UnsupportedVersionError } from '@posthorn/contracts'
import type { ApiVersionsResponse } from '@posthorn/protocol'

/** An API and the versions of it that we speak. */
export interface VersionedApi {
  readonly name: string
  readonly key: number
  readonly minVersion: number
  readonly maxVersion: number
}

/** The versions that one broker speaks. */
export class BrokerVersions {
  private readonly ranges: ReadonlyMap<number, { readonly minVersion: number; readonly maxVersion: number }>

  constructor(response: Pick<ApiVersionsResponse, 'apiKeys'>) {
    this.ranges = new Map(response.apiKeys.map((range) => [range.apiKey, range]))
  }

  /** The highest version that both sides speak and that is at most `limit`; throws when there is none (API-06). */
  choose(api: VersionedApi, broker: string, limit: number = api.maxVersion): number {
    const range = this.ranges.get(api.key)
    const version = range === undefined ? -1 : Math.min(range.maxVersion, api.maxVersion, limit)
    if (range !== undefined && version >= Math.max(range.minVersion, api.minVersion)) return version
    const theirs = range === undefined ? 'does not have it' : `speaks ${range.minVersion} to ${range.maxVersion}`
    const old = api.key === 0 ? '; a broker older than Kafka 0.11 needs the plugin @posthorn/legacy-brokers' : ''
    const ours = `${api.minVersion} to ${Math.min(api.maxVersion, limit)}`
    throw new UnsupportedVersionError(`${api.name}: we speak versions ${ours}, broker ${broker} ${theirs}${old}`, {
      broker,
    })
  }
}
