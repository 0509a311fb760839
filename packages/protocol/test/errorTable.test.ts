import { BrokerError } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'

import { brokerError, ErrorCode, errorCode, errorEntries, errorEntry } from '../src/index.ts'

/** Kafka's errors that a producer meets: number, name, retriable, refreshes metadata. */
const tableD = `
-1 UNKNOWN_SERVER_ERROR no no
0 NONE no no
2 CORRUPT_MESSAGE yes no
3 UNKNOWN_TOPIC_OR_PARTITION yes yes
5 LEADER_NOT_AVAILABLE yes yes
6 NOT_LEADER_OR_FOLLOWER yes yes
7 REQUEST_TIMED_OUT yes no
9 REPLICA_NOT_AVAILABLE yes yes
10 MESSAGE_TOO_LARGE no no
13 NETWORK_EXCEPTION yes yes
14 COORDINATOR_LOAD_IN_PROGRESS yes no
15 COORDINATOR_NOT_AVAILABLE yes no
16 NOT_COORDINATOR yes no
17 INVALID_TOPIC_EXCEPTION no no
18 RECORD_LIST_TOO_LARGE no no
19 NOT_ENOUGH_REPLICAS yes no
20 NOT_ENOUGH_REPLICAS_AFTER_APPEND yes no
21 INVALID_REQUIRED_ACKS no no
22 ILLEGAL_GENERATION no no
25 UNKNOWN_MEMBER_ID no no
29 TOPIC_AUTHORIZATION_FAILED no no
30 GROUP_AUTHORIZATION_FAILED no no
31 CLUSTER_AUTHORIZATION_FAILED no no
32 INVALID_TIMESTAMP no no
33 UNSUPPORTED_SASL_MECHANISM no no
34 ILLEGAL_SASL_STATE no no
35 UNSUPPORTED_VERSION no no
42 INVALID_REQUEST no no
43 UNSUPPORTED_FOR_MESSAGE_FORMAT no no
45 OUT_OF_ORDER_SEQUENCE_NUMBER no no
46 DUPLICATE_SEQUENCE_NUMBER no no
47 INVALID_PRODUCER_EPOCH no no
48 INVALID_TXN_STATE no no
49 INVALID_PRODUCER_ID_MAPPING no no
50 INVALID_TRANSACTION_TIMEOUT no no
51 CONCURRENT_TRANSACTIONS yes no
52 TRANSACTION_COORDINATOR_FENCED no no
53 TRANSACTIONAL_ID_AUTHORIZATION_FAILED no no
55 OPERATION_NOT_ATTEMPTED no no
56 KAFKA_STORAGE_ERROR yes yes
58 SASL_AUTHENTICATION_FAILED no no
59 UNKNOWN_PRODUCER_ID no no
69 GROUP_ID_NOT_FOUND no no
72 LISTENER_NOT_FOUND yes yes
74 FENCED_LEADER_EPOCH yes yes
76 UNSUPPORTED_COMPRESSION_TYPE no no
82 FENCED_INSTANCE_ID no no
87 INVALID_RECORD no no
89 THROTTLING_QUOTA_EXCEEDED yes no
90 PRODUCER_FENCED no no
100 UNKNOWN_TOPIC_ID yes yes
103 INCONSISTENT_TOPIC_ID yes yes
113 STALE_MEMBER_EPOCH no no
117 UNKNOWN_SUBSCRIPTION_ID no no
118 TELEMETRY_TOO_LARGE no no
120 TRANSACTION_ABORTABLE no no
129 REBOOTSTRAP_REQUIRED no no
`
  .trim()
  .split('\n')
  .map((line) => {
    const [code = '', name = '', retriable = '', refreshes = ''] = line.split(' ')
    return { code: Number(code), name, retriable: retriable === 'yes', refreshesMetadata: refreshes === 'yes' }
  })

describe('error table', () => {
  it.each(tableD)('Table D: $code is $name, retriable: $retriable', (row) => {
    expect(errorEntry(row.code)).toMatchObject(row)
    expect(errorCode(row.name)).toBe(row.code)
    expect(ErrorCode).toHaveProperty(row.name, row.code)
  })

  it('has every number of Kafka 4.4 once, with a sentence', () => {
    expect(errorEntries.map((entry) => entry.code)).toEqual(Array.from({ length: 138 }, (_, i) => i - 1))
    expect(new Set(errorEntries.map((entry) => entry.name)).size).toBe(138)
    for (const { message } of errorEntries) expect(message).toMatch(/^[A-Z].{7,}\.$/)
  })

  it('agrees with the numbers that code branches on', () => {
    for (const [name, code] of Object.entries(ErrorCode)) expect(errorCode(name)).toBe(code)
  })

  it('refreshes metadata only where it also retries', () => {
    expect(errorEntries.filter((entry) => entry.refreshesMetadata && !entry.retriable)).toEqual([])
  })

  it('takes an unknown number for an unknown error that is not retriable', () => {
    expect(errorEntry(4711)).toMatchObject({ code: -1, name: 'UNKNOWN_SERVER_ERROR', retriable: false })
    expect(errorEntry(4711).message).toContain('4711')
    expect(() => errorCode('NO_SUCH_ERROR')).toThrow(RangeError)
  })
})

describe('brokerError', () => {
  it('carries name, number and what the caller adds', () => {
    const error = brokerError(6, { topic: 'orders', partition: 3 })
    expect(error).toBeInstanceOf(BrokerError)
    expect(error).toMatchObject({
      code: 'NOT_LEADER_OR_FOLLOWER',
      errorCode: 6,
      retriable: true,
      severity: 'recoverable',
      topic: 'orders',
      partition: 3,
    })
    expect(brokerError(6, { retriable: false }).retriable).toBe(false)
  })

  it('quotes the broker', () => {
    expect(brokerError(87, {}, 'record 3 has no key').message).toMatch(/The broker says: record 3 has no key$/)
    expect(brokerError(87, {}, '').message).toBe(errorEntry(87).message)
  })
})
