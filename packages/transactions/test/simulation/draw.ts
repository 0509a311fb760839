/** Chance of one run: everything that is drawn comes from its seed. */
export class Draw {
  readonly random: () => number

  constructor(random: () => number) {
    this.random = random
  }

  /** A whole number below `limit`. */
  readonly below = (limit: number): number => Math.floor(this.random() * limit)

  /** True so often. */
  readonly chance = (probability: number): boolean => this.random() < probability

  /** One of them. */
  readonly pick = <T>(from: readonly T[]): T => from[this.below(from.length)] as T
}
