import type { SeizedRequest } from '../faults/faultAction.ts'

const maxBytes = 16 * 1024 * 1024

/** The latest requests that the cluster received, within bounds: a broker may run for days. */
export class History {
  readonly #limit: number
  #entries: { readonly request: SeizedRequest; readonly bytes: number }[] = []
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Requests that are remembered, oldest first. */
  get requests(): readonly SeizedRequest[] {
    return this.#entries.map((entry) => entry.request)
  }

  /** Adds a request whose frame had so many bytes. */
  add(request: SeizedRequest, bytes: number): void {
    this.#entries.push({ request, bytes })
    this.#bytes += bytes
    if (this.#entries.length > this.#limit || this.#bytes > maxBytes) this.#shrink()
  }

  /** Forgets all of it. */
  clear(): void {
    this.#entries = []
    this.#bytes = 0
  }

  /** Drops a quarter more than it must, so that a full history does not move its entries for each request. */
  #shrink(): void {
    let drop = 0
    while (this.#entries.length - drop > this.#limit * 0.75 || this.#bytes > maxBytes * 0.75) {
      this.#bytes -= this.#entries[drop++]!.bytes
    }
    this.#entries.splice(0, drop)
  }
}
