import { describe, expect, it } from 'vitest'
import { send, Stage } from './support/stage.ts'

describe('run()', () => {
  it('initializes if need be, commits, and gives what the work gave', async () => {
    const s = new Stage()
    const producer = s.producer()
    const result = await s.until(
      producer.delivery.run(async () => {
        await Promise.all(['a', 'b'].map((value) => send(producer, value)))
        return 42
      }),
    )
    expect(result).toBe(42)
    expect(await s.until(producer.delivery.run(() => 'at once'))).toBe('at once')
    expect(s.visible()).toEqual(['a', 'b'])
    await s.until(producer.close())
  })

  it('aborts when the work throws, throws the same, and does not run it again', async () => {
    const s = new Stage()
    const producer = s.producer()
    const reason = new Error('enough')
    let runs = 0
    const failed = producer.delivery.run(async () => {
      runs++
      await send(producer, 'a')
      throw reason
    })
    expect(await s.failure(failed)).toBe(reason)
    expect([runs, producer.delivery.state, s.visible()]).toEqual([1, 'READY', []])
    await s.until(producer.close())
  })

  it('runs the work again when Kafka’s reasons let another transaction succeed, up to maxAttempts', async () => {
    const s = new Stage()
    const producer = s.producer({ retryBackoffMs: 10 })
    let runs = 0
    const work = async (): Promise<number> => {
      runs++
      await send(producer, `run ${runs}`)
      return runs
    }
    s.cluster.intercept('Produce', { error: 'INVALID_TXN_STATE' }, { times: 2 })
    expect(await s.until(producer.delivery.run(work))).toBe(3)
    expect(s.visible()).toEqual(['run 3'])
    s.cluster.intercept('EndTxn', { error: 'TRANSACTION_ABORTABLE' }, { times: 1 })
    expect(await s.until(producer.delivery.run(work))).toBe(5)
    runs = 0
    s.cluster.intercept('Produce', { error: 'INVALID_TXN_STATE' })
    const error = await s.failure(producer.delivery.run(work, { maxAttempts: 2 }))
    expect([error.code, runs]).toEqual(['INVALID_TXN_STATE', 2])
    expect((await s.failure(producer.delivery.run(work, { maxAttempts: 0 }))).code).toBe('INVALID_ARGUMENT')
    await s.until(producer.close())
  })

  it('runs the work once when what failed is for the application to mend', async () => {
    const s = new Stage()
    const producer = s.producer()
    let runs = 0
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    const failed = producer.delivery.run(async () => {
      runs++
      await send(producer, 'a')
    })
    expect((await s.failure(failed)).code).toBe('INVALID_RECORD')
    expect([runs, producer.delivery.state]).toEqual([1, 'READY'])
    await s.until(producer.close())
  })

  it('does not commit what failed although the work did not mind', async () => {
    const s = new Stage()
    const producer = s.producer()
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    const failed = producer.delivery.run(() => send(producer, 'a').catch(() => {}))
    expect((await s.failure(failed)).code).toBe('INVALID_RECORD')
    expect(s.visible('read_uncommitted')).toEqual([])
    await s.until(producer.close())
  })

  it('waits for the outcome of a commit however long it takes, and refuses a second run meanwhile', async () => {
    const s = new Stage()
    const producer = s.producer({ maxBlockMs: 500 })
    s.cluster.intercept('EndTxn', { delayAfterMs: 3000 }, { times: 1 })
    const first = producer.delivery.run(() => send(producer, 'a'))
    const second = producer.delivery.run(() => send(producer, 'b')).catch((error: unknown) => error)
    await s.until(first)
    expect(await s.until(second)).toMatchObject({ code: 'INVALID_TXN_STATE' })
    expect(s.visible()).toEqual(['a'])
    await s.until(producer.close())
  })

  it('gives up when the producer is fenced', async () => {
    const s = new Stage()
    const producer = s.producer()
    await s.until(producer.delivery.run(() => 1))
    await s.until((await s.ready()).close())
    const error = await s.failure(producer.delivery.run(() => send(producer, 'a')))
    expect(error).toMatchObject({ severity: 'fatal', code: 'PRODUCER_FENCED' })
    await s.until(producer.close())
  })
})
