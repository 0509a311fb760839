import { delays, loss, recreation } from '../faults.ts'
import type { Stage } from '../stage.ts'
import { answerFaults, produceErrors } from './answerFaults.ts'
import { metadataFaults, topicErrors } from './metadataFaults.ts'
import type { Wire } from './wire.ts'
import type { WatchedClock } from '../watchedClock.ts'

/** What faults work on: the cluster and its clock, the wire, and the producer's own clock. */
export interface World {
  readonly stage: Stage
  readonly wire: Wire
  readonly producerClock: WatchedClock
}

/** Something that goes wrong once. */
export type WorldFault = (world: World) => void

const HOUR_MS = 3_600_000

const connections: readonly WorldFault[] = [
  ({ wire, stage }) => void (wire.dribble += 1 + stage.below(5)),
  ({ wire, stage }) => void (wire.tear += 1 + stage.below(3)),
  ({ wire, stage }) => void (wire.fail += 1 + stage.below(2)),
  ({ wire, stage }) => void (wire.refuse += 1 + stage.below(3)),
  ({ wire, stage }) => void (wire.hang += 1 + stage.below(2)),
  ({ stage }) => stage.cluster.cutConnections(),
  // The broker still runs what came in by a connection that the producer has given up for another.
  ({ stage: { cluster, clock, below, brokers } }) => {
    const broker = below(brokers)
    cluster.pauseBroker(broker)
    clock.schedule(200 + below(1500), () => cluster.resumeBroker(broker))
  },
  ({ stage: { cluster, clock, below, brokers } }) => {
    const broker = below(brokers)
    cluster.stopBroker(broker, { silent: true })
    clock.schedule(below(1500), () => void cluster.startBroker(broker))
  },
]

const handshakes: readonly WorldFault[] = [
  ...(['cutBefore', 'cutAfter', 'drop'] as const).map((how): WorldFault => ({ stage }) => {
    stage.cluster.intercept('ApiVersions', { [how]: true }, { times: 1 + stage.below(3) })
    stage.cluster.cutConnections(stage.below(stage.brokers))
  }),
  ({ stage }) => {
    stage.cluster.intercept('ApiVersions', { send: stage.pick(['partial', 'garbage'] as const) }, { times: 1 })
    stage.cluster.cutConnections()
  },
  ({ stage }) => {
    const error = stage.pick(['UNSUPPORTED_VERSION', 'INVALID_REQUEST', 'REBOOTSTRAP_REQUIRED', 'UNKNOWN_SERVER_ERROR'])
    stage.cluster.intercept('ApiVersions', { error }, { times: 1 + stage.below(2) })
    stage.cluster.cutConnections()
  },
]

const times: readonly WorldFault[] = [
  ({ stage: { clock, below, pick } }) => clock.jumpEpoch(pick([-1, 1]) * below(5 * HOUR_MS)),
  (world) => sleep(world, world.stage.below(3000)),
  (world) => sleep(world, world.stage.below(2 * HOUR_MS)),
]

/** The producer's machine sleeps; the rest of the world goes on, and has the later date. */
function sleep({ producerClock, stage }: World, ms: number): void {
  producerClock.sleep(ms)
  stage.clock.jumpEpoch(ms)
}

const topics: readonly WorldFault[] = [({ stage }) => stage.addPartitions(stage.topic(), 1 + stage.below(3))]

/** Every id has two epochs left from now on. */
const wear: readonly WorldFault[] = [
  ({ stage }) => {
    const change = (answer: object): object => ({ ...answer, producerEpoch: 32_766 })
    stage.cluster.intercept('InitProducerId', { change })
  },
]

const throttling: readonly WorldFault[] = [
  ({ stage: { cluster, clock, below } }) => {
    cluster.throttle(1 + below(300))
    clock.schedule(below(600), () => cluster.throttle(0))
  },
  ({ stage: { cluster, pick, below } }) => {
    const change = (answer: object): object => ({ ...answer, throttleTimeMs: 1 + below(500) })
    cluster.intercept(pick(['Produce', 'Metadata', 'InitProducerId', 'ApiVersions']), { change }, { times: 2 })
  },
]

/** Name of a family. */
export type Family =
  | 'what costs time'
  | 'connections'
  | 'handshakes'
  | 'answers lost or late'
  | 'errors of Produce'
  | 'metadata that lies'
  | 'errors of topics'
  | 'throttling'
  | 'clocks that jump'
  | 'more partitions'
  | 'leaders that have lost records'
  | 'topics created anew'
  | 'producer ids that wear out'

/** Faults by what they have in common. */
export const families: Readonly<Record<Family, readonly WorldFault[]>> = {
  'what costs time': delays.map(
    (fault): WorldFault =>
      ({ stage }) =>
        fault(stage),
  ),
  connections,
  handshakes,
  'answers lost or late': answerFaults,
  'errors of Produce': produceErrors,
  'metadata that lies': metadataFaults,
  'errors of topics': topicErrors,
  throttling,
  'clocks that jump': times,
  'more partitions': topics,
  'leaders that have lost records': [({ stage }) => loss(stage)],
  'topics created anew': [({ stage }) => recreation(stage)],
  'producer ids that wear out': wear,
}
