import type { BrokerAddress } from '@posthorn/contracts'
import { BrokerSession } from '@posthorn/core'
import { ErrorCode, saslHandshake } from '@posthorn/protocol'
import { explain, explanationOf, type Explanation } from 'posthorn'
import type { Instruments } from './examineAddress.ts'
import type { Explain } from './stepRunner.ts'

/**
 * Explains why a broker that told its versions does not tell of its cluster. Listeners with SASL close the connection at
 * the first request of somebody who has not logged in; asked for a mechanism that nobody has, they tell which they offer.
 */
export function explainMetadata({ transport, mechanism, env }: Instruments, address: BrokerAddress): Explain {
  return async (error, signal) => {
    const found = explain(error)
    if (mechanism !== null || found?.cause !== 'NETWORK_EXCEPTION') return found
    const session = new BrokerSession({ transport, address, clientId: env.clientId, signal })
    try {
      await session.connect()
      await session.negotiate()
      const { errorCode, mechanisms } = await session.request(saslHandshake, { mechanism: 'NONE' })
      return errorCode === ErrorCode.UNSUPPORTED_SASL_MECHANISM ? saslExpected(mechanisms) : found
    } finally {
      session.close()
    }
  }
}

function saslExpected(offered: readonly string[]): Explanation | null {
  const known = explanationOf('SASL_EXPECTED')
  return known === null ? null : { ...known, meaning: `${known.meaning} It offers ${offered.join(', ')}.` }
}
