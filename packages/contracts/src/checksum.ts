/** CRC-32C (Castagnoli), the checksum of record batches. */
export interface Checksum {
  /**
   * The checksum of `bytes`, or, with `seed`, of what `seed` is the checksum of followed by `bytes`. An integer whose
   * lower 32 bits count; sign does not matter. `bytes` is read during the call only.
   */
  crc32c(bytes: Uint8Array, seed?: number): number
}
