import type { ApiVersionRange } from '@posthorn/protocol'
import type { VersionLimits } from '../cluster/options.ts'
import type { ApiHandler } from './apiHandler.ts'
import { handlers } from './handlers.ts'

/** An API that a broker serves, with the versions that it serves. */
export interface ServedApi {
  readonly handler: ApiHandler<unknown, unknown>
  readonly minVersion: number
  readonly maxVersion: number
}

/** What the brokers of a cluster serve: everything that there is, within the limits that the cluster was given. */
export class ServedApis {
  readonly #served = new Map<number, ServedApi>()
  /** What ApiVersions lists, ascending by key. */
  readonly advertised: readonly ApiVersionRange[]

  constructor(limits: Readonly<Record<string, VersionLimits>>) {
    const advertised: ApiVersionRange[] = []
    for (const handler of handlers) {
      const { key: apiKey, name } = handler.api
      const limit = limits[name]
      if (limit === null) continue
      const lowest = limit?.min ?? 0
      const minVersion = Math.max(handler.minVersion, lowest)
      const maxVersion = Math.min(handler.maxVersion, limit?.max ?? Infinity)
      if (minVersion > maxVersion) continue
      this.#served.set(apiKey, { handler, minVersion, maxVersion })
      advertised.push({ apiKey, minVersion: Math.max(handler.advertisedMinVersion ?? minVersion, lowest), maxVersion })
    }
    this.advertised = advertised
  }

  /** The API with this key, if it is served. */
  find(apiKey: number): ServedApi | undefined {
    return this.#served.get(apiKey)
  }
}
