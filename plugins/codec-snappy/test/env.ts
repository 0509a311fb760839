import type { Codec, Env } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'
import { snappy, type SnappyOptions } from '../src/index.ts'

const env: Env = {
  clock: { now: () => 0, epochMs: () => 0, schedule: () => noTimer },
  random: () => 0,
  logger: noopLogger,
  clientId: 'test',
}

/** A codec, as a producer makes it. */
export function codec(options?: SnappyOptions): Codec {
  return snappy(options)(env)
}
