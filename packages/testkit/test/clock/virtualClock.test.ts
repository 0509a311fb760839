import { expect, it } from 'vitest'
import { VirtualClock } from '../../src/index.ts'

it('runs tasks in the order of time, then of insertion', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.schedule(20, () => log.push(`c ${clock.now()}`))
  clock.schedule(10, () => log.push(`a ${clock.now()}`))
  clock.schedule(10, () => log.push(`b ${clock.now()}`))
  clock.schedule(-5, () => log.push(`first ${clock.now()}`))
  expect(log).toEqual([])
  await clock.advance(15)
  expect(log).toEqual(['first 0', 'a 10', 'b 10'])
  expect(clock.now()).toBe(15)
  await clock.advance(5)
  expect(log.at(-1)).toBe('c 20')
  expect(clock.pending).toBe(0)
})

it('never runs a task inside schedule, nor one that was cancelled', async () => {
  const clock = new VirtualClock()
  let runs = 0
  const timer = clock.schedule(0, () => runs++)
  expect(runs).toBe(0)
  timer.cancel()
  timer.cancel()
  await clock.advance(1)
  expect(runs).toBe(0)
  expect(clock.pending).toBe(0)
})

it('settles promises between two tasks of one moment', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.schedule(1, () => {
    void (async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve()
      log.push('promises of a')
    })()
  })
  clock.schedule(1, () => log.push('b'))
  await clock.advance(1)
  expect(log).toEqual(['promises of a', 'b'])
})

it('runs what running tasks and their promises schedule', async () => {
  const clock = new VirtualClock()
  const times: number[] = []
  const again = async (): Promise<void> => {
    await Promise.resolve()
    times.push(clock.now())
    if (times.length < 4) clock.schedule(10, () => void again())
  }
  clock.schedule(10, () => void again())
  await clock.runUntilIdle()
  expect(times).toEqual([10, 20, 30, 40])
})

it('runs until a promise settles and gives its value or reason', async () => {
  const clock = new VirtualClock()
  const value = new Promise<string>((resolve) => clock.schedule(1000, () => resolve('done')))
  clock.schedule(5000, () => {})
  expect(await clock.runUntil(value)).toBe('done')
  expect(clock.now()).toBe(1000)
  await expect(clock.runUntil(Promise.reject(new Error('no')))).rejects.toThrow('no')
})

it('runs until a predicate holds, and says when it never can', async () => {
  const clock = new VirtualClock()
  let on = false
  clock.schedule(30, () => {
    on = true
  })
  await clock.runUntil(() => on)
  expect(clock.now()).toBe(30)
  await expect(clock.runUntil(() => false)).rejects.toThrow('nothing is scheduled at 30 ms')
  const tick = (): void => void clock.schedule(100, tick)
  tick()
  await expect(clock.runUntil(() => false, { limitMs: 1000 })).rejects.toThrow('within 1000 ms')
  expect(clock.now()).toBe(1030)
  await expect(clock.runUntilIdle({ limitMs: 1000 })).rejects.toThrow('still 1 tasks')
})

it('is idle when only background tasks are left', async () => {
  const clock = new VirtualClock()
  const tick = (): void => void clock.schedule(100, tick, true)
  tick()
  clock.schedule(250, () => {})
  await clock.runUntilIdle()
  expect(clock.now()).toBe(250)
  expect(clock.pending).toBe(1)
})

it('gives what a task throws to who runs the clock, and goes on afterwards', async () => {
  const clock = new VirtualClock()
  clock.schedule(1, () => {
    throw new Error('from the task')
  })
  let ran = false
  clock.schedule(2, () => {
    ran = true
  })
  await expect(clock.advance(5)).rejects.toThrow('from the task')
  await clock.advance(5)
  expect(ran).toBe(true)
})

it('is run by one at a time', async () => {
  const clock = new VirtualClock()
  const first = clock.advance(1)
  await expect(clock.advance(1)).rejects.toThrow('await the earlier call')
  await first
})

it('keeps the wall clock apart: it jumps, timers do not', async () => {
  const clock = new VirtualClock({ epochMs: 5000, startMs: 100 })
  expect([clock.now(), clock.epochMs()]).toEqual([100, 5000])
  clock.jumpEpoch(-2000)
  await clock.advance(0.5)
  expect([clock.now(), clock.epochMs()]).toEqual([100.5, 3000])
})

it('waits in real time for work that it was told to hold for', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.schedule(1, () => {
    const real = new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))))
    void clock.hold(real).then(() => log.push('work'))
  })
  clock.schedule(2, () => log.push('later'))
  await clock.advance(2)
  expect(log).toEqual(['work', 'later'])
})

it('simulates thousands of seconds in one', async () => {
  const clock = new VirtualClock()
  let ticks = 0
  const tick = (): void => {
    ticks++
    clock.schedule(100, tick)
  }
  tick()
  const from = performance.now()
  await clock.advance(1_000_000)
  expect(ticks).toBe(10_001)
  expect(performance.now() - from).toBeLessThan(1000)
})
