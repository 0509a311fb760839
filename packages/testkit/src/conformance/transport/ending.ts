import type { ConformanceCase } from '../case.ts'
import { same, sameBytes, sameList } from '../checks.ts'
import { noise } from '../samples.ts'
import { leftovers } from './leftovers.ts'
import { onRig, Rig, type TransportSetup } from './rig.ts'
import { fill, plenty } from './sending.ts'

/** Cases about `end`, `destroy` and what is left afterwards. */
export function endingCases(setup: TransportSetup): ConformanceCase[] {
  return [
    onRig(setup, 'end sends what was written, then ends; onClose(null) follows', async (rig) => {
      const { connection, peer, sink } = await rig.link()
      connection.write([plenty()], () => {})
      connection.end()
      peer.read()
      await rig.watch.until(
        () => peer.over,
        'the end at the peer',
        () => peer.told,
      )
      sameBytes(peer.bytes(), plenty(), 'what reached the peer')
      peer.end()
      await rig.watch.until(
        () => sink.closed,
        'onClose',
        () => sink.told,
      )
      sameList(sink.closes, [null], 'onClose')
    }),
    onRig(setup, 'end does not wait for ever for a peer that keeps its side open', async (rig) => {
      const { connection, peer, sink } = await rig.link()
      peer.read()
      connection.end()
      await rig.watch.poll(
        () => sink.closed,
        'onClose',
        () => sink.told,
        rig.env.clock,
      )
    }),
    onRig(setup, 'destroy ends at once, with its very error', async (rig) => {
      const link = await rig.link()
      fill(link)
      const error = new Error('enough')
      link.connection.destroy(error)
      await rig.watch.until(
        () => link.sink.closed,
        'onClose',
        () => link.sink.told,
      )
      same(link.sink.closes[0], error, 'onClose')
    }),
    onRig(setup, 'onClose is called once, whatever is called later', async (rig) => {
      const { connection, peer, sink } = await rig.link()
      peer.read()
      const error = new Error('the first')
      connection.destroy(error)
      connection.destroy(new Error('the second'))
      connection.end()
      await rig.watch.until(
        () => sink.closed && peer.over,
        'the end at both sides',
        () => `${sink.told}; ${peer.told}`,
      )
      connection.destroy(new Error('the third'))
      connection.end()
      await rig.watch.turns(10)
      sameList(sink.closes, [error], 'onClose')
    }),
    onRig(setup, 'nothing follows onClose', async (rig) => {
      const { connection, peer, sink } = await rig.link()
      peer.read()
      sink.whenData = () => connection.destroy(new Error('while data comes'))
      for (let i = 0; i < 50; i++) peer.write(noise(60_000))
      await rig.watch.until(
        () => sink.closed && peer.over,
        'the end at both sides',
        () => `${sink.told}; ${peer.told}`,
      )
      await rig.watch.turns(10)
      same(sink.calls.indexOf('onClose'), sink.calls.length - 1, 'position of onClose among the calls')
    }),
    onRig(setup, 'released is called once for each write that destroy cut off', async (rig) => {
      const link = await rig.link()
      const released = rig.watch.counter()
      const { count } = fill(link, released.hit)
      link.connection.destroy(new Error('enough'))
      await rig.watch.until(
        () => link.sink.closed && released.count >= count,
        `onClose and ${count} calls of released`,
        () => `${link.sink.told}; ${released.told()}`,
      )
      await rig.watch.turns(10)
      same(released.count, count, 'calls of released')
    }),
    onRig(setup, 'a write after the end is ignored, and released is called', async (rig) => {
      const { connection, sink } = await rig.link()
      connection.destroy(new Error('enough'))
      const released = rig.watch.counter()
      connection.write([noise(10)], released.hit)
      await rig.watch.until(
        () => sink.closed && released.count > 0,
        'onClose, and a call of released for a write right after destroy',
        () => `${sink.told}; ${released.told()}`,
      )
      connection.write([noise(10), noise(10)], released.hit)
      await rig.watch.until(() => released.count > 1, 'released for a write after onClose', released.told)
      await rig.watch.turns(3)
      same(released.count, 2, 'calls of released')
    }),
    {
      name: 'no timer and no socket is left',
      async run() {
        const before = leftovers()
        const rig = new Rig(setup)
        await rig.listen((peer) => peer.read())
        const [ended, destroyed] = [await rig.link(), await rig.link()]
        ended.connection.end()
        await rig.watch.until(
          () => ended.peer.over,
          'the end at the peer',
          () => ended.peer.told,
        )
        ended.peer.end()
        destroyed.connection.destroy(new Error('enough'))
        await rig.watch.until(
          () => ended.sink.closed && destroyed.sink.closed,
          'onClose of both connections',
          () => `${ended.sink.told}; ${destroyed.sink.told}`,
        )
        await rig.close()
        await rig.watch.poll(
          () => leftovers() <= before,
          `${before} timers and sockets in the process, as before`,
          () => `${leftovers()}`,
        )
        same(rig.env.clock.pending, 0, "timers on the producer's clock")
      },
    },
  ]
}
