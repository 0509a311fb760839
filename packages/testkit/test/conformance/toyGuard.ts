import type {
  BatchFailure,
  ControlPlane,
  Delivery,
  DeliveryGuard,
  Env,
  GuardedBatch,
  KafkaError,
  PartitionRef,
  ProducerStamp,
  Verdict,
} from '@posthorn/contracts'
import { brokerError, ErrorCode, initProducerId } from '@posthorn/protocol'

const ROUND = 2 ** 31

/** Where a partition stands. */
export interface Line {
  epoch: number
  next: number
  open: GuardedBatch[]
  /** It has to begin again at 0, under the next epoch, once nothing is open. */
  broken: boolean
}

/** A guard that keeps everything in order by stopping a partition at the first sign of trouble, until it may begin anew. */
export class ToyGuard implements DeliveryGuard {
  readonly name: string = 'toy'
  readonly transactionalId: string | null = null
  refusal: KafkaError | null = null
  maxOpen: number = 5
  control!: ControlPlane
  producerId: bigint = -1n
  readonly env: Env
  readonly lines: Map<PartitionRef, Line> = new Map()
  private asked = false

  constructor(env: Env) {
    this.env = env
  }

  attach(control: ControlPlane): void {
    this.control = control
  }

  onOpened(): void {
    if (this.asked) return
    this.asked = true
    const body = { transactionalId: null, transactionTimeoutMs: 1, producerId: -1n, producerEpoch: -1 }
    this.control.request(initProducerId, body, 'any').then(
      ({ errorCode, producerId }) => this.onAnswer(errorCode, producerId),
      () => {},
    )
  }

  onAnswer(errorCode: number, producerId: bigint): void {
    if (errorCode !== 0) {
      this.refusal = brokerError(errorCode)
      this.control.failAll(this.refusal)
      return
    }
    this.producerId = producerId
    this.control.wake()
  }

  onPass(): void {
    for (const line of this.lines.values()) if (line.broken && line.open.length === 0) this.restart(line)
  }

  restart(line: Line): void {
    line.broken = false
    line.epoch++
    line.next = 0
  }

  mayDrain(batch: GuardedBatch): boolean {
    if (this.producerId < 0n) return false
    const line = this.lineOf(batch.partition)
    if (batch.stamp !== null) return line.open[0] === batch
    return !line.broken && line.open.length < this.maxOpen
  }

  stamp(batch: GuardedBatch): ProducerStamp {
    const line = this.lineOf(batch.partition)
    line.open.push(batch)
    return this.take(line, batch.recordCount)
  }

  take(line: Line, recordCount: number): ProducerStamp {
    const baseSequence = line.next
    line.next = (baseSequence + recordCount) % ROUND
    return { producerId: this.producerId, producerEpoch: line.epoch, baseSequence, transactional: false }
  }

  compare(a: GuardedBatch, b: GuardedBatch): number {
    const { open } = this.lineOf(a.partition)
    return open.indexOf(a) - open.indexOf(b)
  }

  judge(batch: GuardedBatch, { errorCode, error }: BatchFailure): Verdict {
    if (errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) return 'complete'
    if (errorCode !== ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER) return error.retriable ? 'retry' : 'fail'
    return this.lineOf(batch.partition).open[0] === batch ? 'fail' : 'retry'
  }

  onCompleted(batch: GuardedBatch): void {
    this.drop(batch)
  }

  onFailed(batch: GuardedBatch): void {
    this.break(batch)
  }

  onExpired(batch: GuardedBatch): void {
    this.break(batch)
  }

  onAbandoned(batch: GuardedBatch): void {
    this.break(batch)
  }

  onSplit(batch: GuardedBatch, pieces: readonly GuardedBatch[]): void {
    const { open } = this.lineOf(batch.partition)
    open.splice(open.indexOf(batch), 1, ...pieces)
    let { baseSequence } = batch.stamp!
    for (const piece of pieces) {
      this.control.restamp(piece, { ...batch.stamp!, baseSequence })
      baseSequence += piece.recordCount
    }
  }

  close(): void {}

  break(batch: GuardedBatch): void {
    if (batch.stamp === null) return
    this.lineOf(batch.partition).broken = true
    this.drop(batch)
    this.control.wake()
  }

  drop(batch: GuardedBatch): void {
    const line = this.lineOf(batch.partition)
    line.open = line.open.filter((each) => each !== batch)
  }

  lineOf(partition: PartitionRef): Line {
    let line = this.lines.get(partition)
    if (line === undefined) this.lines.set(partition, (line = { epoch: 0, next: 0, open: [], broken: false }))
    return line
  }
}

/** The toy as a delivery, with other members in the place of its own. */
export function toyDelivery(
  own: (toy: ToyGuard, env: Env) => Partial<ToyGuard> = () => ({}),
): () => (env: Env) => Delivery {
  return () => (env) => {
    const toy = new ToyGuard(env)
    return { guard: Object.assign(toy, own(toy, env)), handle: undefined }
  }
}
