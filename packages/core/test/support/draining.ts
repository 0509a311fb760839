import type { Codec, DeliveryGuard } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { crc32c } from '@posthorn/protocol'
import type { ProducerBatch } from '../../src/accumulator/batch.ts'
import { sortHooks } from '../../src/hooks/hookSet.ts'
import { drain } from '../../src/sender/drain.ts'
import { GuardProxy } from '../../src/sender/guardProxy.ts'
import { Sealer, type SealListener } from '../../src/sender/sealer.ts'
import type { Accumulation } from './accumulation.ts'

/** What one drain of a broker takes. */
export function drainer(
  { accumulator, clock }: Accumulation,
  options: { maxRequestSize?: number; guard?: DeliveryGuard; codec?: Codec } = {},
): (nodeId?: number) => ProducerBatch[] {
  const { readiness } = accumulator
  const listener: SealListener = {
    onSealed: ({ partition }) => readiness.offer(partition),
    onSealFailed: () => {},
    onRoom: () => {},
  }
  const sealer = new Sealer({
    codec: options.codec ?? null,
    checksum: crc32c,
    hooks: sortHooks([], noopLogger),
    logger: noopLogger,
    listener,
    clock,
    rooms: accumulator.rooms,
  })
  const guard = options.guard === undefined ? null : new GuardProxy(options.guard, noopLogger)
  const parts = { readiness, sealer, guard, oldBrokers: null, maxRequestSize: options.maxRequestSize ?? 1_000_000 }
  return (nodeId = 0) => {
    readiness.promote(clock.now())
    const node = readiness.nodes.get(nodeId)
    return node === undefined ? [] : drain(node, parts, clock.now())
  }
}
