import type { Clock } from '@posthorn/contracts'
import type { BufferPool } from '../accumulator/bufferPool.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import type { WaitingRoom } from '../producer/waitingRoom.ts'
import type { Gauge } from './producerMetrics.ts'

/** Who holds the values that are read when they are asked for. */
export interface GaugeSources {
  readonly clock: Clock
  readonly client: NetworkClient
  readonly metadata: Metadata
  readonly pool: BufferPool
  readonly waitingRoom: WaitingRoom
}

/** Kafka's gauges (MET-08). `waiting-threads` counts waiting sends: what a blocked thread is elsewhere. */
export function gauges({ clock, client, metadata, pool, waitingRoom }: GaugeSources): readonly Gauge[] {
  const gauge = (name: string, description: string, value: () => number): Gauge => ({ name, description, value })
  return [
    gauge('requests-in-flight', 'requests that wait for an answer', () => client.inFlightCount),
    gauge(
      'metadata-age',
      'seconds since metadata was last updated',
      () => (clock.now() - metadata.lastSuccessMs) / 1000,
    ),
    gauge('connection-count', 'connections that are open', () => client.connectionCount),
    gauge('waiting-threads', 'sends that wait for memory, metadata or a serializer', () => waitingRoom.size),
    gauge('buffer-total-bytes', 'bytes of bufferMemory', () => pool.totalBytes),
    gauge('buffer-available-bytes', 'bytes of bufferMemory that are free', () => pool.availableBytes),
  ]
}
