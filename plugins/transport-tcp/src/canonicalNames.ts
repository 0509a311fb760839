import { isIP } from 'node:net'
import type { Lookup } from './addressBook.ts'

/** Finds the names of an address. Rejects when it has none. */
export type ReverseLookup = (address: string) => Promise<readonly string[]>

interface Entry {
  names: readonly string[]
  next: number
}

/**
 * What bootstrap names stand for (`client.dns.lookup=resolve_canonical_bootstrap_servers_only`, KIP-235): the canonical
 * name of each address of a name, taken in turn, one per attempt; after the last the name is resolved again. An address
 * without a name stands for itself.
 */
export class CanonicalNames {
  readonly #lookup: Lookup
  readonly #reverse: ReverseLookup
  readonly #entries = new Map<string, Entry>()

  constructor(lookup: Lookup, reverse: ReverseLookup) {
    this.#lookup = lookup
    this.#reverse = reverse
  }

  /** The name to connect to next instead of `host`. Rejects with the reason of a lookup that failed. */
  async next(host: string): Promise<string> {
    let entry = this.#entries.get(host)
    if (entry === undefined || entry.next >= entry.names.length) {
      entry = { names: await this.#resolve(host), next: 0 }
      this.#entries.set(host, entry)
    }
    return entry.names[entry.next++]!
  }

  async #resolve(host: string): Promise<readonly string[]> {
    const addresses = isIP(host) === 0 ? (await this.#lookup(host)).map(({ address }) => address) : [host]
    if (addresses.length === 0) throw new Error(`the name ${host} has no address`)
    const names = await Promise.all(addresses.map((address) => this.#nameOf(address)))
    return [...new Set(names)]
  }

  async #nameOf(address: string): Promise<string> {
    try {
      return (await this.#reverse(address))[0] ?? address
    } catch {
      return address
    }
  }
}
