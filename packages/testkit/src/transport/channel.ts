import type { Clock } from '@posthorn/contracts'

/** One direction of a connection in memory: what is put in comes out later, in the same order. */
export class Channel {
  readonly #clock: Clock
  readonly #latencyMs: () => number
  readonly #queue: (() => void)[] = []

  constructor(clock: Clock, latencyMs: () => number) {
    this.#clock = clock
    this.#latencyMs = latencyMs
  }

  /** Has `deliver` run after the latency of this moment, and after everything that was put in before. */
  push(deliver: () => void): void {
    this.#queue.push(deliver)
    // Each timer runs whatever is first: latencies may differ, the order of bytes may not.
    this.#clock.schedule(this.#latencyMs(), () => this.#queue.shift()?.())
  }
}

/** Cuts bytes at up to three places, anywhere. */
export function cutAnywhere(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const cuts = Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * bytes.length))
  const pieces: Uint8Array[] = []
  let from = 0
  for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
    if (cut > from) pieces.push(bytes.subarray(from, cut))
    from = cut
  }
  return pieces
}
