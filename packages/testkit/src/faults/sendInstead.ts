import type { BrokerConnection } from '../connection/brokerConnection.ts'
import type { FaultAction } from './faultAction.ts'

/** Sends what a fault asks for in place of an answer. */
export function sendInstead(
  instead: NonNullable<FaultAction['send']>,
  answer: Uint8Array,
  connection: BrokerConnection,
): void {
  if (instead === 'partial') {
    connection.send(answer.subarray(0, Math.ceil(answer.length / 2)))
    connection.cut()
  } else {
    connection.send(instead === 'garbage' ? garbage(answer.length, connection.cluster.settings.random) : instead)
  }
}

/** A frame whose length is right and whose content means nothing. */
function garbage(length: number, random: () => number): Uint8Array {
  const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256))
  new DataView(bytes.buffer).setInt32(0, length - 4)
  return bytes
}
