import type { Codec, Metric, Plugin } from '@posthorn/contracts'

/** Options of `clientTelemetry`. */
export interface ClientTelemetryOptions {
  /**
   * Codecs that pushes may be compressed with beside gzip and zstd of `node:zlib`; the broker says which it likes most.
   * Default none.
   */
  readonly codecs?: readonly Plugin<Codec>[] | undefined
  /**
   * Metrics of the application that are pushed too (KIP-1076). One with the name, group and tags of one of the producer's
   * is left out. Asked before each push; what it throws is logged. Default none.
   */
  readonly applicationMetrics?: (() => readonly Metric[]) | undefined
}
