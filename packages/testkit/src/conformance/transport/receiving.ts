import { offered, type ConformanceCase } from '../case.ts'
import { check, same, sameBytes, sameList } from '../checks.ts'
import { noise } from '../samples.ts'
import { onRig, Rig, type TransportSetup } from './rig.ts'
import { fill } from './sending.ts'

/** Cases about `onData` and about ends that come from the peer. */
export function receivingCases(setup: TransportSetup): ConformanceCase[] {
  return [
    onRig(setup, 'what the peer sends arrives in its order', async (rig) => {
      const { peer, sink } = await rig.link()
      const sent = Array.from({ length: 60 }, (_, i) => noise(1 + i * 997, i))
      for (const each of sent) peer.write(each)
      const expected = Buffer.concat(sent)
      await rig.watch.until(
        () => sink.length >= expected.length,
        `${expected.length} bytes at the sink`,
        () => sink.told,
      )
      sameBytes(sink.bytes(), expected, 'what reached the sink')
    }),
    {
      name: 'the sink hears nothing before connect has resolved',
      async run() {
        const rig = new Rig(setup)
        try {
          await rig.listen((peer) => peer.write(noise(1000)))
          const sink = rig.sink()
          let resolved = false
          let early = false
          sink.whenData = () => (early ||= !resolved)
          await rig.dial(sink)
          resolved = true
          await rig.watch.until(
            () => sink.length === 1000,
            '1000 bytes at the sink',
            () => sink.told,
          )
          same(early, false, 'onData was called before')
        } finally {
          await rig.close()
        }
      },
    },
    onRig(setup, 'what the peer sent before it ended arrives first, then onClose(null)', async (rig) => {
      const { peer, sink } = await rig.link()
      peer.write(noise(700_000))
      peer.end()
      await rig.watch.until(
        () => sink.closed,
        'onClose',
        () => sink.told,
      )
      sameBytes(sink.bytes(), noise(700_000), 'what reached the sink')
      sameList(sink.closes, [null], 'onClose')
      same(sink.calls.at(-1), 'onClose', 'the last call')
    }),
    onRig(setup, 'a peer that ends without reading does not keep the connection', async (rig) => {
      const link = await rig.link()
      const released = rig.watch.counter()
      const { count } = fill(link, released.hit)
      link.peer.end()
      await rig.watch.until(
        () => link.sink.closed,
        'onClose',
        () => link.sink.told,
      )
      await rig.watch.until(() => released.count === count, `${count} calls of released`, released.told)
    }),
    ...offered(setup.features, 'reset', [
      onRig(setup, 'a reset by the peer ends the connection with an error', async (rig) => {
        const { connection, peer, sink } = await rig.link()
        // Of a plain reset a reader may take notice late; a writer always does.
        peer.cut()
        connection.write([noise(10)], () => {})
        await rig.watch.until(
          () => sink.closed,
          'onClose',
          () => sink.told,
        )
        check(sink.closes[0] instanceof Error, 'onClose: expected an Error, found null')
        same(sink.closes.length, 1, 'calls of onClose')
      }),
    ]),
  ]
}
