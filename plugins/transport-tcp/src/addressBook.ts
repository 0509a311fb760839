import { isIP } from 'node:net'

/** An address that a name stands for. */
export interface ResolvedAddress {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string
  /** 4 or 6. */
  readonly family: number
}

/** Resolves a name to its addresses, in the order to try them. Rejects when it has none. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>

interface Entry {
  addresses: readonly string[]
  next: number
  /** Resolve again before the next attempt. */
  stale: boolean
  /** Address of the latest attempt. */
  last: string | undefined
  /** Family of `addresses`. */
  family: number | undefined
  /** Family to take from the next answer, if it has one of it. */
  preferred: number | undefined
  pending: Promise<void> | undefined
}

/** Names beyond this number push out the one that was not asked for longest; it only has to be resolved again. */
const maxEntries = 1024

/**
 * Which address of a name to try next (KIP-602): all addresses of the first one's family in turn, one per attempt. The
 * name is resolved again after the last of them, and after {@link connectionLost}; the address tried last is then
 * skipped when it comes first and there are others. When none of a family could be reached, the other family is tried
 * next, so that a name with addresses of both leads to a broker that listens on one alone. Each `host:port` has a turn
 * of its own.
 */
export class AddressBook {
  readonly #lookup: Lookup
  readonly #entries = new Map<string, Entry>()

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  /** Number of names remembered, at most 1024. */
  get size(): number {
    return this.#entries.size
  }

  /** The address for the next attempt at `host:port`. Rejects with the reason of a lookup that failed. */
  async next(host: string, port: number): Promise<string> {
    if (isIP(host) !== 0) return host
    const entry = this.#entry(host, port)
    if (entry.stale) {
      // One lookup for all that wait: one that hangs would else take a thread of the pool with every attempt.
      entry.pending ??= this.#resolve(host, entry).finally(() => {
        entry.pending = undefined
      })
      await entry.pending
    }
    const address = entry.addresses[entry.next % entry.addresses.length]!
    entry.next++
    entry.last = address
    if (entry.next >= entry.addresses.length) {
      entry.stale = true
      // Holds unless this attempt succeeds, see `connected`.
      entry.preferred = otherThan(entry.family)
    }
    return address
  }

  /** A connection to `host:port` came about, at an address that `next` gave: its family is the one to stay with. */
  connected(host: string, port: number, address: string): void {
    const entry = this.#entries.get(key(host, port))
    if (entry !== undefined && isIP(address) !== 0) entry.preferred = isIP(address)
  }

  /** An established connection to `host:port` is over: the name may stand for other addresses by now. */
  connectionLost(host: string, port: number): void {
    const entry = this.#entries.get(key(host, port))
    if (entry !== undefined) entry.stale = true
  }

  async #resolve(host: string, entry: Entry): Promise<void> {
    const found = await this.#lookup(host)
    const liked = found.some((each) => each.family === entry.preferred)
    const family = liked ? entry.preferred : found[0]?.family
    const addresses = found.filter((each) => each.family === family).map((each) => each.address)
    if (addresses.length === 0) throw new Error(`the name ${host} has no address`)
    entry.addresses = addresses
    entry.family = family
    entry.next = addresses.length > 1 && addresses[0] === entry.last ? 1 : 0
    entry.stale = false
  }

  #entry(host: string, port: number): Entry {
    const name = key(host, port)
    const known = this.#entries.get(name)
    const entry = known ?? newEntry()
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    if (this.#entries.size > maxEntries) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        break
      }
    }
    return entry
  }
}

function newEntry(): Entry {
  return {
    addresses: [],
    next: 0,
    stale: true,
    last: undefined,
    family: undefined,
    preferred: undefined,
    pending: undefined,
  }
}

function otherThan(family: number | undefined): number {
  return family === 4 ? 6 : 4
}

function key(host: string, port: number): string {
  return `${host}:${port}`
}
