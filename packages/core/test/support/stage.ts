import type { ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { CloseOptions, Producer, ProducerOptions, SendOptions } from '@posthorn/core'
import type { ClusterOptions } from '@posthorn/testkit'
import { expect } from 'vitest'
import type { CountingClock } from './countingClock.ts'
import { countingClock } from './countingClock.ts'
import type { Watched } from './outcome.ts'
import { watch } from './outcome.ts'
import type { RecordingLogger } from './recordingLogger.ts'
import { recordingLogger } from './recordingLogger.ts'
import type { Simulation } from './simulation.ts'
import { simulate } from './simulation.ts'
import { values } from './text.ts'

type Bytes = Uint8Array | string
type Options = Partial<ProducerOptions<Bytes, Bytes>>

/** One producer of a simulated cluster, with everything about it that a test looks at. */
export interface Stage extends Simulation {
  readonly it: Producer<Bytes, Bytes>
  /** The producer's own clock: its passes and its timers. */
  readonly passes: CountingClock
  readonly logger: RecordingLogger
  /** Sends a value to a partition of `orders`, and watches the promise. */
  send(
    value: Bytes | null,
    partition?: number,
    more?: Partial<ProducerRecord>,
    options?: SendOptions,
  ): Watched<RecordMetadata>
  /** Lets `ms` go by. */
  advance(ms: number): Promise<void>
  /** Values in the log of `orders`. */
  stored(partition?: number): string[]
  /** Names of the requests that the cluster got, without ApiVersions. */
  requests(): string[]
  /**
   * Closes the producer and expects that nothing is left: no promise pending, no timer; and that no pass of the sender
   * has failed on the way, but for so many as the test made fail.
   */
  end(options?: CloseOptions, failedPasses?: number): Promise<void>
}

/** Sets one up: a cluster of 3 brokers with a topic `orders` of 6 partitions, unless told otherwise. */
export function stage(producer: Options = {}, cluster: ClusterOptions = {}, seed = 1): Stage {
  const simulation = simulate(cluster, seed)
  const passes = countingClock(simulation.clock)
  const logger = recordingLogger()
  const it = simulation.producer({ clock: passes, logger, ...producer })
  const sends: Watched<RecordMetadata>[] = []
  return {
    ...simulation,
    it,
    passes,
    logger,
    send(value, partition = 0, more = {}, options) {
      const sent = watch(it.send({ topic: 'orders', partition, value, ...more }, options))
      sends.push(sent)
      return sent
    },
    advance: (ms) => simulation.clock.advance(ms),
    stored: (partition) => values(simulation.cluster.records('orders', partition)),
    requests: () => simulation.cluster.history.map(({ apiName }) => apiName).filter((name) => name !== 'ApiVersions'),
    async end(options, failedPasses = 0) {
      await simulation.until(it.close(options))
      await simulation.clock.runUntilIdle()
      expect(sends.filter(({ state }) => state === 'pending')).toEqual([])
      expect(passes.pending, 'timers left after close').toBe(0)
      const failed = logger.errors.filter((message) => message === 'a pass of the sender failed')
      expect(failed).toHaveLength(failedPasses)
    },
  }
}

/** States of promises, for comparison. */
export function states(sends: readonly Watched<unknown>[]): string[] {
  return sends.map(({ state, error }) => (state === 'rejected' ? (error?.code ?? String(error)) : state))
}
