/** Names of Kafka's codecs (`compression.type`). */
export type CodecName = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** Compresses the records of a batch (`compression.type`, KIP-390). */
export interface Codec {
  /** Kafka's name of the format, for example `gzip`. */
  readonly name: string
  /**
   * Kafka's id of the format, bits 0 to 2 of a batch's attributes: 1 gzip, 2 snappy (the stream of snappy-java), 3 lz4
   * (frames of independent blocks), 4 zstd.
   */
  readonly attribute: 1 | 2 | 3 | 4
  /**
   * Compresses `input`, which stays valid and unchanged until the result is there and belongs to the caller. The result
   * belongs to the caller too; it shares no memory with `input` and is not touched by the codec again. A codec that
   * returns a promise keeps a partition's batches waiting, in order, until it settles.
   *
   * `room` is memory of the caller's, apart from `input`, of any length and with any content, that the codec may write to
   * until the result is there: the result is then a view of it. That spares an array for each batch. A codec may leave
   * `room` alone, and has to where the result does not fit.
   */
  compress(input: Uint8Array, room?: Uint8Array): Uint8Array | Promise<Uint8Array>
  /**
   * The inverse. Throws or rejects when `input` is damaged or when the result would be longer than `maxBytes`, before
   * allocating more than that.
   */
  decompress(input: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>
  /** Frees what the codec holds. Optional. */
  close?(): void
}
