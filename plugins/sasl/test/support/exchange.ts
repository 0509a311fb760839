import type { BrokerAddress, Env } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { VirtualClock } from '@posthorn/testkit'

export const address: BrokerAddress = { host: 'broker', port: 9092, purpose: 'broker', nodeId: 0 }

/** What a mechanism is given by a producer. */
export function env(clock: VirtualClock = new VirtualClock()): Env {
  return { clock, random: () => 0.5, logger: noopLogger, clientId: 'test' }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
