import type { TransactionEvent, TransactionState } from '@posthorn/transactions'
import { transactionMoves } from '@posthorn/transactions'
import { describe, expect, it } from 'vitest'
import { brokerError, ErrorCode } from '@posthorn/protocol'
import { Status } from '../src/status.ts'

const states = [
  ...new Set(Object.values(transactionMoves).flatMap((moves) => Object.keys(moves))),
] as TransactionState[]

/** A status in that state. */
function statusIn(state: TransactionState): Status {
  const paths: Readonly<Record<TransactionState, readonly TransactionEvent[]>> = {
    UNINITIALIZED: [],
    INITIALIZING: ['init'],
    READY: ['init', 'initialized'],
    IN_TRANSACTION: ['init', 'initialized', 'begin'],
    COMMITTING: ['init', 'initialized', 'begin', 'commit'],
    ABORTING: ['init', 'initialized', 'begin', 'abort'],
    ABORTABLE_ERROR: ['init', 'initialized', 'begin'],
    FATAL_ERROR: [],
  }
  const status = new Status(() => {})
  for (const event of paths[state]) status.move(event)
  if (state === 'ABORTABLE_ERROR') status.fail(brokerError(ErrorCode.INVALID_RECORD))
  if (state === 'FATAL_ERROR') status.fail(brokerError(ErrorCode.PRODUCER_FENCED, { severity: 'fatal' }))
  return status
}

describe('the states of a transactional producer', () => {
  it('TXN-01: every state can be reached and left, but a fatal error, which stays', () => {
    for (const state of states) {
      expect(statusIn(state).state).toBe(state)
      const ways = Object.values(transactionMoves).map((moves) => moves[state])
      const out = ways.filter((next) => next !== undefined && next !== state)
      if (state === 'FATAL_ERROR') expect(out).toEqual([])
      else expect(out.length).toBeGreaterThan(0)
    }
  })

  it('SND-17: a call that the state does not allow throws, names state and allowed calls, and changes nothing', () => {
    for (const state of states) {
      for (const call of ['init', 'begin', 'commit', 'abort'] as const) {
        const status = statusIn(state)
        if (transactionMoves[call][state] !== undefined) {
          status.call(call)
          expect(status.state).toBe(transactionMoves[call][state])
          continue
        }
        expect(() => status.call(call)).toThrow()
        expect(status.state).toBe(state)
      }
    }
    expect(() => statusIn('READY').call('commit')).toThrow('commit is not allowed in state READY; allowed now: begin')
    expect(() => statusIn('IN_TRANSACTION').call('begin')).toThrow(
      'begin is not allowed in state IN_TRANSACTION; allowed now: send, sendOffsets, commit, abort',
    )
    expect(() => statusIn('COMMITTING').call('abort')).toThrow('wait for it to end')
  })

  it('SND-17: a move of our own that the table does not have is fatal', () => {
    const errors: string[] = []
    const status = new Status(({ code, severity }) => errors.push(`${code} ${severity}`))
    expect(() => status.move('ended')).toThrow('transactions: ended in state UNINITIALIZED')
    expect(status.state).toBe('FATAL_ERROR')
    expect(errors).toEqual(['INVALID_STATE fatal'])
  })

  it('TXN-13: a transaction is ongoing from its begin to its end, errors included', () => {
    expect(states.filter((state) => statusIn(state).isOngoing).sort()).toEqual([
      'ABORTABLE_ERROR',
      'ABORTING',
      'COMMITTING',
      'IN_TRANSACTION',
    ])
  })

  it('TXN-04, TXN-10: records are taken in a transaction alone, and are told why not elsewhere', () => {
    for (const state of states) {
      const { refusal } = statusIn(state)
      if (state === 'IN_TRANSACTION') expect(refusal).toBeNull()
      else if (state === 'ABORTABLE_ERROR')
        expect(refusal).toMatchObject({ code: 'INVALID_RECORD', severity: 'abortable' })
      else if (state === 'FATAL_ERROR') expect(refusal).toMatchObject({ code: 'PRODUCER_FENCED', severity: 'fatal' })
      else expect(refusal).toMatchObject({ code: 'INVALID_TXN_STATE', severity: 'recoverable' })
    }
    const { refusal, error } = statusIn('ABORTABLE_ERROR')
    expect(refusal?.cause).toBe(error)
  })

  it('TXN-11, FLB-15: the first error holds; an abort under way ignores others, but not fatal ones', () => {
    const failed = statusIn('ABORTABLE_ERROR')
    failed.fail(brokerError(ErrorCode.TOPIC_AUTHORIZATION_FAILED))
    expect(failed.error?.code).toBe('INVALID_RECORD')
    const aborting = statusIn('ABORTING')
    aborting.fail(brokerError(ErrorCode.INVALID_RECORD))
    expect([aborting.state, aborting.error]).toEqual(['ABORTING', null])
    aborting.fail(brokerError(ErrorCode.PRODUCER_FENCED, { severity: 'fatal' }))
    expect(aborting.state).toBe('FATAL_ERROR')
    aborting.fail(brokerError(ErrorCode.INVALID_RECORD))
    expect(aborting.error?.code).toBe('PRODUCER_FENCED')
  })

  it('FLB-13: what was given up, or met no transaction, reads TRANSACTION_ABORTABLE with its cause', () => {
    for (const code of [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.INVALID_TXN_STATE]) {
      const cause = brokerError(code)
      const status = statusIn('IN_TRANSACTION')
      status.fail(cause)
      expect(status.error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        severity: 'abortable',
        retriable: true,
        cause,
      })
    }
    const status = statusIn('IN_TRANSACTION')
    status.fail(brokerError(ErrorCode.INVALID_RECORD))
    expect(status.error).toMatchObject({ code: 'INVALID_RECORD', retriable: false })
  })
})
