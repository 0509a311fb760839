import type { Delivery, DeliveryGuard, Env, GuardedBatch, KafkaError } from '@posthorn/contracts'
import { KafkaError as AnyError } from '@posthorn/contracts'
import { ErrorCode } from '@posthorn/protocol'
import { describe } from 'vitest'
import { deliveryConformance } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'
import { toyDelivery, ToyGuard } from './toyGuard.ts'

const { prototype } = ToyGuard

const bug = (
  what: string,
  own: (toy: ToyGuard, env: Env) => Partial<ToyGuard>,
  ...caught: string[]
): Planted<Delivery> => ({ bug: what, create: toyDelivery(own), caught })

const laterWaits = 'out of order, a later batch waits for the one that is missing'
const wraps = 'after sequence 2147483647 comes 0'
const older = 'compare puts the older batch first, also when sequences have begun again'
const notUsed = 'sequences that may have been used are not used again, nor passed over'

describe('deliveryConformance', () => {
  plantedBugs<Delivery>('deliveryConformance', (create) => deliveryConformance({ create }), toyDelivery(), [
    bug('no name', () => ({ name: '' }), 'it has a name'),
    {
      bug: 'sequences of all producers',
      create: () => {
        const lines: ToyGuard['lines'] = new Map()
        return (env) => {
          lines.clear()
          return toyDelivery(() => ({ lines, close: () => lines.clear() }))()(env)
        }
      },
      caught: ['two instances share nothing: one works after the other was closed'],
    },
    bug(
      'refuses records behind the first two',
      (toy) => {
        let stored = 0
        return {
          onCompleted: (batch) => {
            if (batch.recordCount === 2 && batch.partition.partition === 1 && ++stored > 0) {
              toy.refusal = new AnyError('INVALID_STATE', 'enough')
            }
            prototype.onCompleted.call(toy, batch)
          },
        }
      },
      'records are taken while nothing is wrong',
    ),
    bug(
      'wakes nobody when it has its id',
      (toy) => ({
        onAnswer: (errorCode, producerId) => {
          if (errorCode === 0) toy.producerId = producerId
          else prototype.onAnswer.call(toy, errorCode, producerId)
        },
      }),
      'who waits for the first stamp is woken',
    ),
    bug(
      'one error for all',
      () => ({ outcomeOf: (error: KafkaError) => new AnyError('DELIVERY_FAILED', error.message) }) as never,
      'outcomeOf keeps the code of an error',
    ),
    bug(
      'does not wait for its id',
      (toy) => ({
        mayDrain: (batch) => {
          if (toy.producerId < 0n) return true
          return prototype.mayDrain.call(toy, batch)
        },
      }),
      'a batch that may go gets a stamp with an id, an epoch and a sequence',
      'no more than five batches of a partition are open',
      'batches are sent again in their order, each once the one before is stored',
      'when brokers refuse it for good, what waits fails',
    ),
    bug(
      'an epoch that is none',
      (toy) => ({
        lineOf: (partition) => {
          const isNew = !toy.lines.has(partition)
          const line = prototype.lineOf.call(toy, partition)
          if (isNew) line.epoch = -1
          return line
        },
      }),
      'a batch that may go gets a stamp with an id, an epoch and a sequence',
    ),
    bug(
      'transactional without an id',
      (toy) => ({ take: (line, count) => ({ ...prototype.take.call(toy, line, count), transactional: true }) }),
      'stamps say whether there is a transaction',
    ),
    bug(
      'one line for the partitions of a topic',
      (toy) => {
        const counts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let all = 0
        return {
          take: (line, count) => {
            const stamp = prototype.take.call(toy, line, count)
            all += count
            // Only where it shows: once two partitions have had two records each.
            counts[toy.lines.size]! += count
            return toy.lines.size > 1 && counts[2]! > 5 ? { ...stamp, baseSequence: all } : stamp
          },
        }
      },
      'sequences of a partition follow one another, each partition on its own',
    ),
    bug(
      'no end of sequences',
      () => ({
        take(this: ToyGuard, line, count) {
          const baseSequence = line.next
          line.next += count
          return { producerId: this.producerId, producerEpoch: line.epoch, baseSequence, transactional: false }
        },
      }),
      wraps,
    ),
    bug('six at a time', () => ({ maxOpen: 6 }), 'no more than five batches of a partition are open'),
    bug(
      'compares sequences',
      () => ({ compare: (a: GuardedBatch, b: GuardedBatch) => a.stamp!.baseSequence - b.stamp!.baseSequence }),
      older,
    ),
    bug(
      'pieces all have the first sequence',
      (toy) => ({
        onSplit: (batch, pieces) => {
          const { open } = toy.lineOf(batch.partition)
          open.splice(open.indexOf(batch), 1, ...pieces)
          for (const piece of pieces) toy.control.restamp(piece, batch.stamp!)
        },
      }),
      'pieces of a divided batch have its sequences and its place',
    ),
    bug(
      'pieces go behind the others',
      (toy) => ({
        onSplit: (batch, pieces) => {
          const line = toy.lineOf(batch.partition)
          prototype.onSplit.call(toy, batch, pieces)
          line.open = [...line.open.filter((each) => !pieces.includes(each)), ...pieces]
        },
      }),
      'pieces of a divided batch have its sequences and its place',
    ),
    bug(
      'gives up when replicas are missing',
      (toy) => ({
        judge: (batch, failure) =>
          failure.errorCode === ErrorCode.NOT_ENOUGH_REPLICAS ? 'fail' : prototype.judge.call(toy, batch, failure),
      }),
      'after an error that may pass a batch is sent again',
    ),
    bug(
      'insists on records that are invalid',
      (toy) => ({
        judge: (batch, failure) =>
          failure.errorCode === ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT
            ? 'retry'
            : prototype.judge.call(toy, batch, failure),
      }),
      'after an error that stays a batch fails',
    ),
    bug(
      'a duplicate is an error',
      (toy) => ({
        judge: (batch, failure) =>
          failure.errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER
            ? 'fail'
            : prototype.judge.call(toy, batch, failure),
      }),
      'a batch that the broker has already is complete',
    ),
    bug(
      'a third attempt under a new stamp',
      (toy) => ({
        mayDrain: (batch) => {
          if (batch.attempts === 2) Object.assign(batch, { stamp: toy.take(toy.lineOf(batch.partition), 1) })
          return prototype.mayDrain.call(toy, batch)
        },
      }),
      'a batch that is sent again has the stamp that it had',
    ),
    bug(
      'any batch may be sent again',
      (toy) => ({
        mayDrain: (batch) => batch.stamp !== null || prototype.mayDrain.call(toy, batch),
      }),
      'batches are sent again in their order, each once the one before is stored',
    ),
    bug(
      'out of order is an error',
      (toy) => ({
        judge: (batch, failure) =>
          failure.errorCode === ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
            ? 'fail'
            : prototype.judge.call(toy, batch, failure),
      }),
      laterWaits,
    ),
    bug(
      'nothing new while something is sent again',
      (toy) => ({
        mayDrain: (batch) => {
          const again = [...toy.lines.values()].some(({ open }) => open.some((each) => !each.inFlight))
          return batch.stamp === null && again ? false : prototype.mayDrain.call(toy, batch)
        },
      }),
      'a partition whose batches are sent again does not hold up another',
    ),
    bug(
      'uses sequences again',
      (toy) => ({
        onExpired: (batch) => {
          if (batch.stamp === null) return
          toy.drop(batch)
          toy.lineOf(batch.partition).next = batch.stamp.baseSequence
          toy.control.wake()
        },
      }),
      notUsed,
    ),
    bug(
      'goes on behind what is lost',
      (toy) => ({
        onExpired: (batch) => {
          toy.drop(batch)
          toy.control.wake()
        },
      }),
      notUsed,
    ),
    bug(
      'goes on behind what was refused',
      (toy) => ({ onFailed: (batch) => toy.drop(batch) }),
      'a batch that was refused leaves no gap behind',
    ),
    bug(
      'wakes nobody after trouble',
      (toy) => ({
        break: (batch) => {
          if (batch.stamp === null) return
          toy.lineOf(batch.partition).broken = true
          toy.drop(batch)
        },
      }),
      'who waits after trouble is woken',
    ),
    bug(
      'begins anew with what may be stored',
      (toy) => ({
        judge: (batch, failure) => {
          if (failure.errorCode !== ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER || !batch.maybePersisted) {
            return prototype.judge.call(toy, batch, failure)
          }
          const line = toy.lineOf(batch.partition)
          toy.restart(line)
          try {
            toy.control.restamp(batch, toy.take(line, batch.recordCount))
          } catch {
            // Another time.
          }
          return 'retry'
        },
      }),
      'what may be stored is never stamped anew',
    ),
    bug(
      'begins anew at once',
      (toy) => ({
        onFailed: (batch) => {
          const line = toy.lineOf(batch.partition)
          toy.drop(batch)
          toy.restart(line)
          for (const each of line.open) toy.control.restamp(each, toy.take(line, each.recordCount))
        },
      }),
      'what is in flight is never stamped anew',
    ),
    bug(
      'takes every batch for a stamped one',
      (toy) => ({
        onAbandoned: (batch) => {
          if (batch.stamp === null) throw new TypeError('no stamp')
          toy.break(batch)
        },
      }),
      'it hears of batches and records that never got a stamp',
    ),
    bug(
      'waits for ever for an id',
      (toy) => ({
        onAnswer: (errorCode, producerId) => {
          if (errorCode === 0) prototype.onAnswer.call(toy, errorCode, producerId)
        },
      }),
      'when brokers refuse it for good, what waits fails',
    ),
    bug(
      'waits for batches that are stored',
      (toy) =>
        ({
          onClosing: () => (toy.lines.size === 0 ? Promise.resolve() : toy.control.delay(3_600_000)),
        }) satisfies Partial<DeliveryGuard> as never,
      'a graceful close comes to an end',
    ),
    bug(
      'looks after batches once a minute',
      (_toy, env) => {
        const look = (): void => void env.clock.schedule(60_000, look)
        return { onAbandoned: look }
      },
      'a close that is forced leaves nothing scheduled',
    ),
    bug(
      'closes what it never opened',
      (toy) => ({
        close: () => {
          if (toy.producerId < 0n) throw new Error('no producer id')
        },
      }),
      'a close before the first record is one as well',
    ),
  ])
})
