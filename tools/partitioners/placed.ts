/** Where one partitioner of a foreign client put all keys, with one number of partitions. */
export interface Placed {
  readonly client: string
  readonly version: string
  readonly partitioner: string
  readonly count: number
  readonly partitions: readonly number[]
  /** Where it put a record without a key, if chance has no part in it. */
  readonly keyless?: number
}
