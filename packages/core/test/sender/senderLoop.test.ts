import { VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { SenderLoop } from '../../src/sender/senderLoop.ts'
import { countingClock } from '../support/countingClock.ts'
import { recordingLogger } from '../support/recordingLogger.ts'

/** A loop whose passes do what the test says. */
function looping(pass: (now: number, loop: SenderLoop) => number, idle = (): boolean => false) {
  const virtual = new VirtualClock()
  const clock = countingClock(virtual)
  const logger = recordingLogger()
  const passes: number[] = []
  const loop: SenderLoop = new SenderLoop(clock, logger, {
    runOnce: (now) => {
      passes.push(now)
      return pass(now, loop)
    },
    isIdle: idle,
  })
  return { virtual, clock, logger, passes, loop }
}

describe('the sender’s loop', () => {
  it('SND-06 takes a pass when it is woken, one for any number of wakes, and never inside the call', async () => {
    const { virtual, loop, passes } = looping(() => Infinity)
    for (let i = 0; i < 5; i++) loop.wake()
    expect(passes).toEqual([])
    await virtual.advance(1000)
    expect(passes).toEqual([0])
  })

  it('sleeps as long as the pass said, unless it is woken before', async () => {
    const { virtual, loop, passes } = looping(() => 100)
    loop.wake()
    await virtual.advance(250)
    expect(passes).toEqual([0, 100, 200])
    loop.wake()
    await virtual.advance(0)
    expect(passes).toEqual([0, 100, 200, 250])
    loop.wakeAt(300)
    await virtual.advance(75)
    expect(passes).toEqual([0, 100, 200, 250, 300])
  })

  it('is not put off by a later wakeAt, and has one timer only', async () => {
    const { virtual, loop, passes, clock } = looping(() => Infinity)
    for (const at of [50, 20, 80, 30]) loop.wakeAt(at)
    expect(clock.pending).toBe(1)
    await virtual.advance(1000)
    expect(passes).toEqual([20])
  })

  it('heeds a wakeAt that is asked for during a pass, also when the pass itself wants to sleep longer', async () => {
    const { virtual, loop, passes } = looping((now, it) => {
      if (now === 0) it.wakeAt(40)
      return now === 0 ? 500 : Infinity
    })
    loop.wake()
    await virtual.advance(1000)
    expect(passes).toEqual([0, 40])
  })

  it('heeds a wake that is asked for during a pass', async () => {
    let woken = false
    const { virtual, loop, passes } = looping((_now, it) => {
      if (!woken) it.wake()
      woken = true
      return Infinity
    })
    loop.wake()
    await virtual.advance(1000)
    expect(passes).toEqual([0, 0])
  })

  it('SND-01 outlives a pass that throws: it is logged, and another follows after a moment', async () => {
    let left = 3
    const { virtual, loop, passes, logger } = looping(() => {
      if (left-- > 0) throw new Error('broken')
      return Infinity
    })
    loop.wake()
    await virtual.advance(1000)
    expect(passes).toEqual([0, 10, 20, 30])
    expect(logger.errors).toEqual(Array(3).fill('a pass of the sender failed'))
  })

  it('takes no pass after it was stopped, not even one that was due', async () => {
    const { virtual, loop, passes, clock } = looping(() => 10)
    loop.wake()
    loop.stop()
    loop.wake()
    loop.wakeAt(5)
    await virtual.advance(1000)
    expect([passes, clock.pending]).toEqual([[], 0])
  })

  it('keeps the process alive while something is on its way, and only then', async () => {
    let idle = true
    const { virtual, loop, clock } = looping(
      () => 1000,
      () => idle,
    )
    loop.wake()
    await virtual.advance(0)
    expect([clock.pending, clock.foreground]).toEqual([1, 0])
    idle = false
    loop.wakeAt(2000)
    expect([clock.pending, clock.foreground]).toEqual([1, 1])
    await virtual.advance(1000)
    expect(clock.foreground).toBe(1)
    idle = true
    await virtual.advance(1000)
    expect([clock.pending, clock.foreground]).toEqual([1, 0])
  })
})
