import type { ConformanceCase } from '../case.ts'
import { check, refuses, same } from '../checks.ts'
import { noise } from '../samples.ts'
import { onRig, Rig, type TransportSetup } from './rig.ts'

/** Cases about `connect` and the transport itself. */
export function connectingCases(setup: TransportSetup): ConformanceCase[] {
  return [
    {
      name: 'it has a name and tells whether it is secure',
      run() {
        const { transport } = new Rig(setup)
        check(transport.name.length > 0, 'name: expected a text, found none')
        same(transport.secure, setup.secure ?? false, 'secure')
      },
    },
    onRig(setup, 'a refused connection rejects with an error, and the sink hears nothing', async (rig) => {
      await rig.stopListening()
      const sink = rig.sink()
      await refuses(() => rig.dial(sink), 'a port where nobody listens')
      await rig.watch.turns(10)
      same(sink.calls.length, 0, 'calls of the sink')
    }),
    onRig(setup, 'a refusal is forgotten by the next attempt', async (rig) => {
      await rig.stopListening()
      await refuses(() => rig.dial(rig.sink()), 'a port where nobody listens')
      await rig.listen()
      const { connection, peer } = await rig.link()
      peer.read()
      connection.write([noise(10)], () => {})
      await rig.watch.until(
        () => peer.length === 10,
        '10 bytes at the peer',
        () => peer.told,
      )
    }),
    onRig(
      setup,
      'a signal that has aborted before opens nothing',
      async (rig) => {
        const reason = new Error('too late')
        const error = await refuses(() => rig.dial(rig.sink(), AbortSignal.abort(reason)), 'an aborted signal')
        same(error, reason, 'the reason')
        await nothingOpen(rig)
      },
      (peer) => peer.read(),
    ),
    onRig(setup, "an abort while it connects rejects with the signal's reason", async (rig) => {
      const abort = new AbortController()
      const reason = new Error('no more')
      const attempt = rig.dial(rig.sink(), abort.signal)
      abort.abort(reason)
      same(await refuses(() => attempt, 'an attempt that was given up'), reason, 'the reason')
    }),
    onRig(
      setup,
      'an abort while it connects leaves nothing open and the sink unused',
      async (rig) => {
        const abort = new AbortController()
        const sink = rig.sink()
        const attempt = rig.dial(sink, abort.signal)
        abort.abort(new Error('no more'))
        await attempt.catch(() => {})
        await nothingOpen(rig)
        same(sink.calls.length, 0, 'calls of the sink')
      },
      (peer) => peer.read(),
    ),
    onRig(setup, 'an abort after connect has resolved does nothing', async (rig) => {
      const abort = new AbortController()
      const sink = rig.sink()
      const connection = await rig.dial(sink, abort.signal)
      abort.abort(new Error('too late'))
      await rig.watch.until(
        () => rig.peers.length === 1,
        'one connection at the server',
        () => `${rig.peers.length}`,
      )
      const peer = rig.peers[0]!.read()
      connection.write([noise(10)], () => {})
      await rig.watch.until(
        () => peer.length === 10,
        '10 bytes at the peer',
        () => peer.told,
      )
      same(sink.closed, false, 'onClose was called')
    }),
  ]
}

/** Whatever the server has seen of attempts that were given up, the client has closed. Needs peers that read. */
async function nothingOpen(rig: Rig): Promise<void> {
  // Connections are accepted in their order, so an earlier one is known once the byte of this one has come.
  const probe = await rig.dial(rig.sink())
  probe.write([noise(1)], () => {})
  const done = (): boolean => rig.peers.some(({ length }) => length > 0)
  await rig.watch.until(
    () => done() && rig.peers.every((peer) => peer.length > 0 || peer.over),
    'an end to each connection that was given up',
    () => rig.peers.map(({ told }) => told).join('; '),
  )
}
