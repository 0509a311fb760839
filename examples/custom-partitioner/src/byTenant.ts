import type { Partitioner, Plugin, TopicView } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'

/**
 * Gives each of the `large` tenants a partition to itself, the first ones, so that nobody waits behind their records; all
 * others share the rest. Keys are `tenant/anything`. Records without a key go to the shared partitions in turn.
 */
export function byTenant(large: readonly string[]): Plugin<Partitioner> {
  if (new Set(large).size < large.length) throw new ConfigError('byTenant: expected each tenant once')
  const places = new Map(large.map((tenant, i) => [tenant, i]))
  const decoder = new TextDecoder()
  return () => ({
    name: 'byTenant',
    forTopic: () => {
      let turn = 0
      return {
        partition(key, view) {
          if (key === null) return inTurn(turn++, places.size, view)
          const [tenant = ''] = decoder.decode(key).split('/', 1)
          return place(tenant, places, view)
        },
      }
    },
  })
}

function place(tenant: string, places: ReadonlyMap<string, number>, { partitionCount }: TopicView): number {
  // A topic with too few partitions has none for the small ones: everybody shares then.
  const shared = partitionCount - places.size
  if (shared <= 0) return hash(tenant) % partitionCount
  return places.get(tenant) ?? places.size + (hash(tenant) % shared)
}

/** A shared partition that has a leader, or any when none has. */
function inTurn(turn: number, taken: number, { available, partitionCount }: TopicView): number {
  const shared = available.filter((partition) => partition >= taken)
  const fit = shared.length > 0 ? shared : available
  return fit.length > 0 ? fit[turn % fit.length]! : turn % partitionCount
}

/** Of the tenant's name, so that it stays the same in every process. */
function hash(text: string): number {
  let value = 0
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0
  return value
}
