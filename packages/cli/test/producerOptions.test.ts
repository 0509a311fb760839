import { describe, expect, it } from 'vitest'
import { producerOptions } from '../src/produce/producerOptions.ts'

const optionsOf = (...config: string[]): unknown =>
  producerOptions({ bootstrapServers: 'a:1', topic: 't', format: 'lines', config })

describe('--config', () => {
  it.each([
    ['linger.ms=7', { lingerMs: 7 }],
    ['lingerMs=7', { lingerMs: 7 }],
    ['max.in.flight.requests.per.connection=1', { maxInFlightRequestsPerConnection: 1 }],
    ['connections.max.idle.ms=-1', { connectionsMaxIdleMs: -1 }],
    ['enable.idempotence=false', { enableIdempotence: false }],
    ['compression.type=gzip', { compression: 'gzip' }],
    ['client.id=7', { clientId: '7' }],
    ['client.id=a=b', { clientId: 'a=b' }],
    ['acks=-1', { acks: -1 }],
    ['acks=all', { acks: 'all' }],
    ['linger.ms=soon', { lingerMs: 'soon' }],
    ['partitioner.class=roundRobin', { partitioner: expect.any(Function) as unknown }],
  ])('%s', (setting, expected) => {
    expect(optionsOf(setting)).toEqual({ bootstrapServers: 'a:1', ...expected })
  })

  it('refuses what is no KEY=VALUE, and a key that is given twice, under either name', () => {
    expect(() => optionsOf('linger')).toThrow('--config linger: expected KEY=VALUE')
    expect(() => optionsOf('=1')).toThrow('expected KEY=VALUE')
    expect(() => optionsOf('linger.ms=1', 'lingerMs=2')).toThrow('lingerMs is given twice')
    expect(() => optionsOf('bootstrap.servers=b:1')).toThrow('bootstrapServers is given twice')
  })

  it('refuses transactions, which it has no way to begin or commit', () => {
    expect(() => optionsOf('transactional.id=x')).toThrow('--config transactional.id=x: there are no transactions here')
  })

  it('refuses a partitioner that is not there, by name', () => {
    expect(() => optionsOf('partitioner.class=fair')).toThrow('expected murmur2Sticky or roundRobin, received "fair"')
  })
})
