import type { ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/resolveConfig.ts'
import { foreseeable } from '../support/partitioner.ts'

const clock = new VirtualClock()
const cluster = createCluster({ clock })
const base = { bootstrapServers: 'broker-0:9092', transport: cluster.transport(), partitioner: foreseeable, clock }

/** The message of the error with which a producer with these options is refused. */
function refusal(options: object | null): string {
  try {
    createProducer((options === null ? null : { ...base, ...options }) as ProducerOptions<string, string>)
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConfigError', code: 'INVALID_CONFIG' })
    return (error as Error).message
  }
  throw new Error('the options were taken')
}

describe('options that cannot be', () => {
  it('are refused with the key, what was expected, and what was received', () => {
    const cases: [object | null, string][] = [
      [null, 'expected an object of options, received null'],
      [{ lingerms: 5 }, 'unknown configuration key "lingerms"; did you mean "lingerMs"?'],
      [{ 'batch.size': 5 }, 'unknown configuration key "batch.size"; did you mean "batchSize"?'],
      [{ bootstrapServer: 'a:1' }, 'unknown configuration key "bootstrapServer"; did you mean "bootstrapServers"?'],
      [{ colour: 'red' }, 'unknown configuration key "colour"'],
      [{ bootstrapServers: [] }, 'bootstrapServers: expected at least one "host:port", received none'],
      [{ bootstrapServers: ' , ' }, 'bootstrapServers: expected at least one "host:port", received none'],
      [{ bootstrapServers: undefined }, 'bootstrapServers: expected a list of "host:port", received nothing'],
      [{ bootstrapServers: [5] }, 'bootstrapServers: expected strings of the form "host:port", received 5'],
      [{ bootstrapServers: 'kafka' }, 'bootstrapServers: expected "host:port" or "[ipv6]:port", received "kafka"'],
      [
        { bootstrapServers: 'kafka://a:1' },
        'bootstrapServers: expected "host:port" or "[ipv6]:port", received "kafka://a:1"',
      ],
      [{ bootstrapServers: 'a:0' }, 'bootstrapServers: expected a port from 1 to 65535, received 0 in "a:0"'],
      [
        { bootstrapServers: 'a:1,b:65536' },
        'bootstrapServers: expected a port from 1 to 65535, received 65536 in "b:65536"',
      ],
      [{ lingerMs: '5' }, 'lingerMs: expected a whole number from 0 to 9007199254740991, received "5"'],
      [{ lingerMs: 1.5 }, 'lingerMs: expected a whole number from 0 to 9007199254740991, received 1.5'],
      [{ retries: -1 }, 'retries: expected a whole number from 0 to 2147483647, received -1'],
      [{ batchSize: null }, 'batchSize: expected a whole number from 0 to 1073741824, received null'],
      [
        { maxInFlightRequestsPerConnection: 0 },
        'maxInFlightRequestsPerConnection: expected a whole number from 1 to 2147483647, received 0',
      ],
      [{ acks: 2 }, "acks: expected 'all', -1, 0 or 1, received 2"],
      [{ clientId: 5 }, 'clientId: expected a string, received 5'],
      [{ transport: 'tcp' }, 'transport: expected a plugin such as its factory returns, received "tcp"'],
      [{ transport: () => ({ name: 't' }) }, 'transport: expected a plugin with name, connect; connect missing'],
      [{ partitioner: undefined }, 'partitioner: expected a plugin such as its factory returns, received nothing'],
      [{ compression: 'gzip' }, 'compression: expected a plugin such as its factory returns, received "gzip"'],
      [{ interceptors: {} }, 'interceptors: expected a list of plugins, received an object (Object)'],
      [{ hooks: [() => ({})] }, 'hooks[0]: expected a plugin with name; name missing'],
      [
        { clock: {} },
        'clock: expected an object with now, epochMs, schedule, received an object (Object); now, epochMs, schedule missing',
      ],
      [
        { logger: console.log },
        'logger: expected an object with debug, info, warn, error, received a function; debug, info, warn, error missing',
      ],
      [{ random: 0.5 }, 'random: expected a function that returns numbers from 0 to 1, received 0.5'],
    ]
    for (const [options, message] of cases) expect(refusal(options)).toBe(message)
  })

  it('PRD-19 are refused where they contradict each other', () => {
    expect(refusal({ deliveryTimeoutMs: 1000 })).toBe(
      'deliveryTimeoutMs: expected at least lingerMs + requestTimeoutMs = 30005, received 1000',
    )
    expect(refusal({ bufferMemory: 1000 })).toBe('bufferMemory: expected at least batchSize = 16384, received 1000')
  })

  it('PRD-18 close the plugins that were made before', () => {
    const closed: string[] = []
    const made = { ...cluster.transport()({} as never), close: () => void closed.push('transport') }
    refusal({ transport: () => made, partitioner: 'sticky' })
    expect(closed).toEqual(['transport'])
  })
})

describe('options that are left out', () => {
  it('have Kafka’s defaults', () => {
    expect(resolveConfig({ bootstrapServers: 'a:1' }, 'me')).toMatchObject({
      acks: -1,
      clientId: 'me',
      lingerMs: 5,
      batchSize: 16_384,
      bufferMemory: 33_554_432,
      maxWaitingBytes: 33_554_432,
      maxBlockMs: 60_000,
      maxRequestSize: 1_048_576,
      requestTimeoutMs: 30_000,
      deliveryTimeoutMs: 120_000,
      retries: 2_147_483_647,
      maxInFlightRequestsPerConnection: 5,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 1000,
      reconnectBackoffMs: 50,
      reconnectBackoffMaxMs: 1000,
      socketConnectionSetupTimeoutMs: 10_000,
      socketConnectionSetupTimeoutMaxMs: 30_000,
      connectionsMaxIdleMs: 540_000,
      metadataMaxAgeMs: 300_000,
      metadataMaxIdleMs: 300_000,
    })
  })

  it('PRD-19 CON-03 follow those that are given: delivery time-out, reconnect maximum, waiting bytes', () => {
    const config = resolveConfig(
      { bootstrapServers: 'a:1', lingerMs: 100_000, reconnectBackoffMs: 5000, bufferMemory: 50_000 },
      'me',
    )
    expect(config).toMatchObject({ deliveryTimeoutMs: 130_000, reconnectBackoffMaxMs: 5000, maxWaitingBytes: 50_000 })
  })

  it('PRD-22 give each producer a client id of its own', () => {
    const made = [createProducer(base), createProducer(base), createProducer({ ...base, clientId: 'mine' })]
    expect(made[0]?.clientId).toMatch(/^producer-\d+$/)
    expect(made[0]?.clientId).not.toBe(made[1]?.clientId)
    expect(made[2]?.clientId).toBe('mine')
  })
})

describe('bootstrap servers', () => {
  it('CON-14 are names, IPv4 or bracketed IPv6 addresses with a port, as a list or a text', () => {
    const parsed = (given: unknown) => resolveConfig({ bootstrapServers: given }, 'me').bootstrapServers
    const expected = [
      { host: 'a.example', port: 9092 },
      { host: '10.0.0.1', port: 1 },
      { host: '::1', port: 65_535 },
    ]
    expect(parsed(['a.example:9092', ' 10.0.0.1:1 ', '[::1]:65535'])).toEqual(expected)
    expect(parsed('a.example:9092, 10.0.0.1:1,[::1]:65535,')).toEqual(expected)
  })
})
