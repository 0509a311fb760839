import { explained, type ConformanceCase } from './case.ts'
import { connectingCases } from './transport/connecting.ts'
import { endingCases } from './transport/ending.ts'
import { receivingCases } from './transport/receiving.ts'
import type { TransportSetup } from './transport/rig.ts'
import { sendingCases } from './transport/sending.ts'

export type { ConformanceCase, Features } from './case.ts'

export type { TransportSetup } from './transport/rig.ts'
export type { ConformanceServer, Listen } from './transport/loopback.ts'

/**
 * The cases that every `Transport` has to pass. They bring a server on 127.0.0.1 of their own, plain unless `listen`
 * gives another; nothing else is connected to. Run them one after the other: they count the sockets of the process.
 */
export function transportConformance(setup: TransportSetup): ConformanceCase[] {
  return explained([...connectingCases(setup), ...sendingCases(setup), ...receivingCases(setup), ...endingCases(setup)])
}
