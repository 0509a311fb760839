import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { systemClock } from '@posthorn/core'

const run = promisify(execFile)

/** Runs a module in a process of its own, with the sources of this package; gives what it printed. */
async function inProcess(source: string): Promise<string> {
  const args = ['--conditions=@posthorn/source', '--input-type=module', '--eval', source]
  const { stdout } = await run(process.execPath, args, { cwd: new URL('../..', import.meta.url), timeout: 20_000 })
  return stdout
}

/** A producer whose broker cannot be reached. */
const preamble = `
import { createProducer, systemClock } from '@posthorn/core'
const producer = createProducer({
  bootstrapServers: 'nowhere:1',
  transport: () => ({ name: 'broken', secure: true, connect: () => Promise.reject(new Error('no network')) }),
  partitioner: () => ({ name: 'first', forTopic: () => ({ partition: () => 0 }) }),
  maxBlockMs: 300,
})
const failed = (error) => console.log(error.code)
`

describe('the system’s clock', () => {
  it('tells monotonic and civil time, and runs tasks no earlier than asked for', async () => {
    const started = systemClock.now()
    expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(1000)
    const order: string[] = []
    await new Promise<void>((resolve) => {
      systemClock.schedule(20, () => {
        order.push('later')
        resolve()
      })
      systemClock.schedule(10, () => order.push('never')).cancel()
      systemClock.schedule(0, () => order.push('at once'))
      systemClock.schedule(0, () => order.push('cancelled')).cancel()
      order.push('first')
    })
    expect(order).toEqual(['first', 'at once', 'later'])
    expect(systemClock.now() - started).toBeGreaterThanOrEqual(18)
  })

  it('does not take a very long wait for none', async () => {
    let ran = false
    const timer = systemClock.schedule(2 ** 40, () => (ran = true))
    await new Promise((resolve) => systemClock.schedule(20, () => resolve(null)))
    timer.cancel()
    expect(ran).toBe(false)
  })
})

describe('a process ends by itself', () => {
  it('when its producer has nothing to do, closed or not', async () => {
    expect(await inProcess(preamble)).toBe('')
    expect(await inProcess(`${preamble} await producer.close(); console.log('closed')`)).toBe('closed\n')
  })

  it('when its last record has failed, without close', async () => {
    const source = `${preamble} await producer.send({ topic: 'orders', value: 'a' }).catch(failed)`
    expect(await inProcess(source)).toBe('METADATA_TIMEOUT\n')
  })

  it('but not while a record is on its way, although nobody waits for it', async () => {
    const source = `${preamble} producer.trySend({ topic: 'orders', value: 'a' }, failed)`
    expect(await inProcess(source)).toBe('METADATA_TIMEOUT\n')
  })
})
