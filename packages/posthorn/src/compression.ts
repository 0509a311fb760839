import { gzip } from '@posthorn/codec-gzip'
import { lz4 } from '@posthorn/codec-lz4'
import { snappy } from '@posthorn/codec-snappy'
import { zstd } from '@posthorn/codec-zstd'
import type { Codec, Plugin } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'

/**
 * Kafka's names, and what makes the codec. A library that a codec wraps is loaded when a producer takes the codec, not
 * here.
 */
const byName: Readonly<Record<string, () => Plugin<Codec> | undefined>> = {
  none: () => undefined,
  gzip: () => gzip(),
  snappy: () => snappy(),
  lz4: () => lz4(),
  zstd: () => zstd(),
}

/** The codec that `compression` asks for: the caller's own, one by Kafka's name, or none. */
export function chooseCodec(compression: unknown = 'none'): Plugin<Codec> | undefined {
  if (typeof compression === 'function') return compression as Plugin<Codec>
  if (typeof compression === 'string' && Object.hasOwn(byName, compression)) return byName[compression]!()
  const received = typeof compression === 'string' ? JSON.stringify(compression) : typeof compression
  const names = Object.keys(byName).map((name) => `'${name}'`)
  throw new ConfigError(`compression: expected ${names.join(', ')} or a codec plugin, received ${received}`)
}
