import { answerAfterAppend } from '../faults.ts'
import type { WorldFault } from './familiesOfFaults.ts'

const apis = ['Produce', 'Metadata', 'InitProducerId', 'ApiVersions'] as const

/** Answers lost before and after the request was run, late, in part, or damaged, for every API in use. */
export const answerFaults: readonly WorldFault[] = [
  ...(['cutBefore', 'cutAfter', 'drop'] as const).map((how): WorldFault => ({ stage: { cluster, pick, below } }) => {
    cluster.intercept(pick(apis), { [how]: true }, { times: 1 + below(3), skip: below(3) })
  }),
  ...(['delayBeforeMs', 'delayAfterMs'] as const).map((how): WorldFault => ({ stage: { cluster, pick, below } }) => {
    cluster.intercept(pick(apis), { [how]: below(1500) }, { times: 1 + below(3) })
  }),
  ({ stage: { cluster, pick } }) => {
    cluster.intercept(pick(apis), { send: pick(['partial', 'garbage'] as const) }, { times: 1 })
  },
  ({ stage: { cluster, below } }) => {
    // An answer that leaves partitions out.
    const change = (answer: { topics: readonly object[] }): object => ({ ...answer, topics: answer.topics.slice(1) })
    cluster.intercept('Produce', { change }, { times: 1 + below(2) })
  },
]

/** Every number of Table D, and one that nobody knows. Before the append each of them says that nothing is stored. */
const anyCode = [
  -1, 2, 3, 5, 6, 7, 9, 10, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 25, 29, 30, 31, 32, 33, 34, 35, 42, 43, 45, 47, 48,
  49, 50, 51, 52, 53, 55, 56, 58, 59, 69, 72, 74, 76, 82, 87, 89, 90, 100, 103, 113, 117, 118, 120, 129, 999,
]

/** Those that a leader may give after the append, because it cannot say that the batch will stay (decision 0007). */
const afterAppend = [-1, 3, 5, 6, 7, 9, 20, 46, 56, 72, 74, 100, 103]

/** What brokers can answer to Produce, for some or all partitions of a request. */
export const produceErrors: readonly WorldFault[] = [
  ({ stage: { cluster, pick, below } }) => {
    cluster.intercept('Produce', { error: pick(anyCode) }, { times: 1 + below(4), skip: below(4) })
  },
  ({ stage: { cluster, pick, below } }) => {
    cluster.intercept('Produce', () => ({ error: pick(anyCode) }), { times: 1 + below(4), skip: below(4) })
  },
  ({ stage: { cluster, pick, below } }) => answerAfterAppend(cluster, pick(afterAppend), 1 + below(3)),
  ({ stage: { cluster, pick, below } }) => {
    const codes = [14, 15, 16, 19, 31, 42, 51, 53, 89, -1]
    cluster.intercept('InitProducerId', { error: pick(codes) }, { times: 1 + below(2) })
  },
]
