import type { ConformanceCase } from '../case.ts'
import { check, same, sameBytes, sameList } from '../checks.ts'
import { inside, noise, scribble } from '../samples.ts'
import { onRig, type Link, type Rig, type TransportSetup } from './rig.ts'

const piece = noise(65_536)
const most = 64 * 1024 * 1024

/** Pieces that were written to a peer which reads nothing. */
interface Filled {
  /** Number of pieces. */
  readonly count: number
  /** Whether the last write returned false; else there were as many pieces as a case has patience for. */
  readonly full: boolean
}

/** Writes pieces that the peer does not read until a write returns false. */
export function fill({ connection }: Link, released: () => void = () => {}): Filled {
  const patience = most / piece.length
  for (let count = 1; count <= patience; count++) {
    if (!connection.write([piece], released)) return { count, full: true }
  }
  return { count: patience, full: false }
}

/** So many bytes that no system takes them all before the peer reads. */
export function plenty(): Uint8Array {
  return pieces(190)
}

function pieces(count: number): Uint8Array {
  // Not a Buffer, of which a slice would be a view.
  return new Uint8Array(Buffer.concat(new Array<Uint8Array>(count).fill(piece)))
}

async function arrives(rig: Rig, { peer }: Link, expected: Uint8Array): Promise<void> {
  await rig.watch.until(
    () => peer.length >= expected.length,
    `${expected.length} bytes at the peer`,
    () => peer.told,
  )
  sameBytes(peer.bytes(), expected, 'what reached the peer')
}

/** Cases about `write`. */
export function sendingCases(setup: TransportSetup): ConformanceCase[] {
  return [
    onRig(setup, 'writes arrive in their order', async (rig) => {
      const link = await rig.link()
      link.peer.read()
      const sent = Array.from({ length: 100 }, (_, i) => noise(1 + i * 37, i))
      for (const each of sent) link.connection.write([each], () => {})
      await arrives(rig, link, Buffer.concat(sent))
    }),
    onRig(setup, 'the chunks of a write arrive in their order, empty ones and thousands among them', async (rig) => {
      const link = await rig.link()
      link.peer.read()
      const sent = Array.from({ length: 3000 }, (_, i) => noise(i % 9, i))
      link.connection.write(sent, () => {})
      await arrives(rig, link, Buffer.concat(sent))
    }),
    onRig(setup, 'a chunk is the bytes of a view, not the memory around it', async (rig) => {
      const link = await rig.link()
      link.peer.read()
      const sent = [inside(noise(100)), inside(noise(5000))]
      link.connection.write([...sent], () => {})
      await arrives(rig, link, Buffer.concat(sent))
    }),
    onRig(setup, 'released is called once for each write, whatever its chunks', async (rig) => {
      const link = await rig.link()
      link.peer.read()
      const writes = Array.from({ length: 30 }, () => rig.watch.counter())
      let bytes = 0
      for (const [i, released] of writes.entries()) {
        const chunks = Array.from({ length: 1 + (i % 5) }, () => noise(200))
        bytes += chunks.length * 200
        link.connection.write(chunks, released.hit)
      }
      await rig.watch.until(
        () => writes.every(({ count }) => count > 0),
        `released for each of ${writes.length} writes`,
        () => `calls: ${writes.map(({ count }) => count).join()}`,
      )
      await rig.watch.until(
        () => link.peer.length >= bytes,
        `${bytes} bytes at the peer`,
        () => link.peer.told,
      )
      await rig.watch.turns(3)
      sameList(
        writes.map(({ count }) => count),
        new Array<number>(30).fill(1),
        'calls of released',
      )
    }),
    onRig(setup, 'released is called for a write without any bytes', async (rig) => {
      const { connection } = await rig.link()
      const released = rig.watch.counter()
      connection.write([], released.hit)
      connection.write([new Uint8Array(0)], released.hit)
      await rig.watch.until(() => released.count === 2, '2 calls of released', released.told)
    }),
    onRig(setup, 'memory may be reused as soon as released is called', async (rig) => {
      const link = await rig.link()
      const expected = plenty()
      const sent = Array.from({ length: 24 }, (_, i) => expected.slice(i * 518_827, (i + 1) * 518_827))
      for (const each of sent) link.connection.write([each], () => scribble(each))
      // What could be handed to the system was; the rest is the transport's to keep.
      await rig.watch.turns(20)
      link.peer.read()
      await arrives(rig, link, expected)
    }),
    onRig(setup, 'write returns false while the peer does not read', async (rig) => {
      const { full } = fill(await rig.link())
      check(full, `write, while the peer reads nothing: expected false, found true after ${most} bytes still`)
    }),
    onRig(setup, 'onDrain follows a write that returned false, once the peer reads', async (rig) => {
      const link = await rig.link()
      const { full } = fill(link)
      link.peer.read()
      // Whether a write has to return false is another case.
      await rig.watch.until(
        () => link.sink.drains > 0 || !full,
        'onDrain',
        () => link.sink.told,
      )
    }),
    onRig(setup, 'the bytes of a write that returned false are taken all the same', async (rig) => {
      const link = await rig.link()
      const { count } = fill(link)
      link.peer.read()
      await arrives(rig, link, pieces(count))
    }),
    onRig(setup, 'connections do not mix', async (rig) => {
      const [one, other] = [await rig.link(), await rig.link()]
      one.peer.read()
      other.peer.read()
      for (let i = 0; i < 20; i++) {
        one.connection.write([noise(300, 'one')], () => {})
        other.connection.write([noise(300, 'other')], () => {})
      }
      await arrives(rig, one, Buffer.concat(new Array<Uint8Array>(20).fill(noise(300, 'one'))))
      one.connection.destroy(new Error('only this one'))
      await rig.watch.until(
        () => one.sink.closed,
        'onClose of the one',
        () => one.sink.told,
      )
      await arrives(rig, other, Buffer.concat(new Array<Uint8Array>(20).fill(noise(300, 'other'))))
      same(other.sink.closed, false, 'onClose of the other was called')
    }),
  ]
}
