import { describe, expect, it } from 'vitest'
import { type DriverOptions, fromFlags, toFlags } from './contract.ts'

describe('the command line of drivers', () => {
  it('says all that there is to say', () => {
    const options: DriverOptions = {
      bootstrapServers: '127.0.0.1:1,127.0.0.1:2',
      topic: 'some',
      keys: 3,
      partitions: 2,
      records: 0,
      seconds: 1.5,
      rate: 100,
      window: 10,
      valueBytes: 40,
      from: 7,
      transactionalId: '',
      transactionRecords: 12,
    }
    expect(fromFlags(toFlags(options))).toEqual(options)
  })
})
