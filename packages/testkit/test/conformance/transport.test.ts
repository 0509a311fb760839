import type { ByteSink, Connection, Env, Plugin, Transport } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { transportConformance } from '../../src/conformance/index.ts'
import { honestTransport, type Ways } from './honestTransport.ts'
import { plantedBugs, type Planted } from './planted.ts'

const plugin =
  (change: (honest: Transport, env: Env) => Partial<Transport>, ways?: Partial<Ways>) =>
  (): Plugin<Transport> =>
  (env) => {
    const honest = honestTransport(ways)(env)
    return { ...honest, ...change(honest, env) }
  }

type Connect = Transport['connect']

const inTransport = (
  bug: string,
  change: (honest: Transport, env: Env) => Partial<Transport>,
  ...caught: string[]
): Planted<Transport> => ({ bug, create: plugin(change), caught })

const inConnect = (
  bug: string,
  change: (honest: Connect, env: Env) => Connect,
  ...caught: string[]
): Planted<Transport> =>
  inTransport(
    bug,
    (honest, env) => ({ connect: change((to, sink, signal) => honest.connect(to, sink, signal), env) }),
    ...caught,
  )

const inConnection = (
  bug: string,
  change: (honest: Connection, sink: ByteSink) => Partial<Connection>,
  ...caught: string[]
): Planted<Transport> =>
  inConnect(
    bug,
    (connect) => async (to, sink, signal) => {
      const honest = await connect(to, sink, signal)
      return { ...honest, ...change(honest, sink) }
    },
    ...caught,
  )

const inSink = (bug: string, change: (sink: ByteSink) => Partial<ByteSink>, ...caught: string[]): Planted<Transport> =>
  inConnect(
    bug,
    (connect) => (to, sink, signal) => {
      const honest: ByteSink = {
        onData: (chunk) => sink.onData(chunk),
        onDrain: () => sink.onDrain(),
        onClose: (error) => sink.onClose(error),
      }
      return connect(to, { ...honest, ...change(sink) }, signal)
    },
    ...caught,
  )

const inWays = (bug: string, ways: Partial<Ways>, ...caught: string[]): Planted<Transport> => ({
  bug,
  create: plugin(() => ({}), ways),
  caught,
})

const nothing = (): void => {}
const never = (): AbortSignal => new AbortController().signal
const total = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0)

const name = 'it has a name and tells whether it is secure'
const refused = 'a refused connection rejects with an error, and the sink hears nothing'
const forgotten = 'a refusal is forgotten by the next attempt'
const returnsFalse = 'write returns false while the peer does not read'
const drains = 'onDrain follows a write that returned false, once the peer reads'
const taken = 'the bytes of a write that returned false are taken all the same'
const releasedOnce = 'released is called once for each write, whatever its chunks'
const received = 'what the peer sends arrives in its order'
const peerEnds = 'what the peer sent before it ended arrives first, then onClose(null)'
const stuckEnd = 'a peer that ends without reading does not keep the connection'
const ends = 'end sends what was written, then ends; onClose(null) follows'
const destroys = 'destroy ends at once, with its very error'
const closesOnce = 'onClose is called once, whatever is called later'
const cutOff = 'released is called once for each write that destroy cut off'
const afterEnd = 'a write after the end is ignored, and released is called'

const connecting = [
  inTransport('no name', () => ({ name: '' }), name),
  inTransport('claims to be secure', () => ({ secure: true }), name),
  inConnect(
    'a refusal is told by onClose alone',
    (connect) => async (to, sink, signal) => {
      try {
        return await connect(to, sink, signal)
      } catch (error) {
        signal.throwIfAborted()
        setImmediate(() => sink.onClose(error as Error))
        return { write: () => false, end: nothing, destroy: nothing }
      }
    },
    refused,
    forgotten,
  ),
  inConnect(
    'a refusal is told twice',
    (connect) => async (to, sink, signal) => {
      try {
        return await connect(to, sink, signal)
      } catch (error) {
        if (!signal.aborted) sink.onClose(error as Error)
        throw error
      }
    },
    refused,
  ),
  inConnect(
    'a refusal is remembered',
    (connect) => {
      let refusal: Error | undefined
      return async (to, sink, signal) => {
        if (refusal !== undefined) throw refusal
        try {
          return await connect(to, sink, signal)
        } catch (error) {
          if (!signal.aborted) refusal = error as Error
          throw error
        }
      }
    },
    forgotten,
  ),
  inConnect(
    'a signal that has aborted is not looked at',
    (connect) => (to, sink, signal) => connect(to, sink, signal.aborted ? never() : signal),
    'a signal that has aborted before opens nothing',
  ),
  inConnect(
    'an error of its own for an abort',
    (connect) => async (to, sink, signal) => {
      signal.throwIfAborted()
      try {
        return await connect(to, sink, signal)
      } catch (error) {
        throw signal.aborted ? new Error('aborted') : error
      }
    },
    "an abort while it connects rejects with the signal's reason",
  ),
  inConnect(
    'an attempt that is given up goes on',
    (connect) => (to, sink, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        connect(to, sink, never()).then(resolve, reject)
      }),
    'an abort while it connects leaves nothing open and the sink unused',
  ),
  inConnect(
    'an abort ends an open connection',
    (connect) => async (to, sink, signal) => {
      const connection = await connect(to, sink, signal)
      signal.addEventListener('abort', () => connection.destroy(signal.reason as Error))
      return connection
    },
    'an abort after connect has resolved does nothing',
  ),
  inConnect(
    'the sink hears of bytes while connect is still waiting',
    (connect) => async (to, sink, signal) => {
      const connection = await connect(to, sink, signal)
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
      return connection
    },
    'the sink hears nothing before connect has resolved',
  ),
]

const sending = [
  inConnection(
    'a small write waits a turn',
    (honest) => {
      let count = 0
      return {
        write(chunks, released) {
          if (++count !== 50 || total(chunks) > 4000) return honest.write(chunks, released)
          setImmediate(() => honest.write(chunks, released))
          return true
        },
      }
    },
    'writes arrive in their order',
  ),
  inConnection(
    'no more than 1024 chunks',
    (honest) => ({ write: (chunks, released) => honest.write(chunks.slice(0, 1024), released) }),
    'the chunks of a write arrive in their order, empty ones and thousands among them',
  ),
  inConnection(
    'sends the memory around a view',
    (honest) => ({
      write: (chunks, released) =>
        honest.write(
          chunks.map((chunk) => new Uint8Array(chunk.buffer)),
          released,
        ),
    }),
    'a chunk is the bytes of a view, not the memory around it',
  ),
  inConnection(
    'released for each chunk',
    (honest) => ({
      write(chunks, released) {
        const last = chunks.length - 1
        for (let i = 0; i < last; i++) honest.write([chunks[i]!], released)
        return honest.write(chunks.slice(last), released)
      },
    }),
    releasedOnce,
    afterEnd,
  ),
  inConnection(
    'released for each four chunks',
    (honest) => ({
      write(chunks, released) {
        if (chunks.length > 4) honest.write(chunks.slice(0, 4), released)
        return honest.write(chunks.length > 4 ? chunks.slice(4) : chunks, released)
      },
    }),
    releasedOnce,
  ),
  inConnection(
    'released is never called for nothing',
    (honest) => ({ write: (chunks, released) => total(chunks) === 0 || honest.write(chunks, released) }),
    'released is called for a write without any bytes',
  ),
  inConnection(
    'released before the bytes were copied or sent',
    (honest) => {
      const waiting: (() => void)[] = []
      return {
        write(chunks, released) {
          queueMicrotask(released)
          // Keeps the memory for later, as a queue of writes does.
          if (total(chunks) < 500_000 || total(chunks) > 600_000) return honest.write(chunks, nothing)
          waiting.push(() => honest.write(chunks, nothing))
          setImmediate(() => waiting.shift()?.())
          return true
        },
      }
    },
    'memory may be reused as soon as released is called',
  ),
  inConnection(
    'write always returns true',
    (honest) => ({
      write(chunks, released) {
        honest.write(chunks, released)
        return true
      },
    }),
    returnsFalse,
  ),
  inSink('onDrain is never called', () => ({ onDrain: nothing }), drains),
  inConnection(
    'a write that returns false is to be repeated',
    (honest, sink) => {
      let sent = 0
      return {
        write(chunks, released) {
          if (total(chunks) !== 65_536 || (sent += 65_536) < 1_000_000) {
            honest.write(chunks, released)
            return true
          }
          queueMicrotask(released)
          setImmediate(() => sink.onDrain())
          return false
        },
      }
    },
    taken,
  ),
  inConnect(
    'one connection for all',
    (connect) => {
      let latest: Connection | undefined
      return async (to, sink, signal) => {
        const own = await connect(to, sink, signal)
        latest = own
        return { ...own, write: (chunks, released) => (latest ?? own).write(chunks, released) }
      }
    },
    'connections do not mix',
  ),
]

const receiving = [
  inSink(
    'bytes after the first MiB are lost',
    (sink) => {
      let length = 0
      return {
        onData(chunk) {
          length += chunk.length
          if (length < 1 << 20) sink.onData(chunk)
        },
      }
    },
    received,
  ),
  inSink(
    'bytes after the first 600,000 are lost',
    (sink) => {
      let length = 0
      return {
        onData(chunk) {
          length += chunk.length
          if (length < 600_000) sink.onData(chunk)
        },
      }
    },
    received,
    peerEnds,
  ),
  inSink(
    'an orderly end is an error',
    (sink) => ({ onClose: (error) => sink.onClose(error ?? new Error('closed')) }),
    peerEnds,
    ends,
  ),
  inWays(
    'an end that only the peer wants is an error',
    { peerEnded: (socket) => socket.destroy(socket.writableEnded ? undefined : new Error('the peer has ended')) },
    peerEnds,
  ),
  inWays('waits for its own writes when the peer has ended', { peerEnded: nothing }, stuckEnd),
  inSink(
    'a reset is an orderly end',
    (sink) => ({ onClose: (error) => sink.onClose(error !== null && 'code' in error ? null : error) }),
    'a reset by the peer ends the connection with an error',
  ),
]

const ending = [
  inWays('end drops what was written', { end: (socket) => socket.destroy() }, ends),
  inWays(
    'end waits for the peer for ever',
    { end: (socket) => socket.end() },
    'end does not wait for ever for a peer that keeps its side open',
  ),
  inWays('destroy sends what was written first', { destroy: (socket) => socket.destroySoon() }, destroys, cutOff),
  inConnection(
    'destroy has a reason of its own',
    (honest) => ({ destroy: () => honest.destroy(new Error('destroyed')) }),
    destroys,
    closesOnce,
  ),
  inConnection(
    'destroy tells of the bytes that it cuts off instead',
    (honest) => {
      let waiting = 0
      return {
        write(chunks, released) {
          waiting++
          return honest.write(chunks, () => {
            waiting--
            released()
          })
        },
        destroy: (error) => honest.destroy(waiting > 0 ? new Error(`${waiting} writes cut off`) : error),
      }
    },
    destroys,
  ),
  inConnect(
    'each destroy calls onClose',
    (connect) => async (to, sink, signal) => {
      let closed = false
      const noting: ByteSink = {
        onData: (chunk) => sink.onData(chunk),
        onDrain: () => sink.onDrain(),
        onClose(error) {
          closed = true
          sink.onClose(error)
        },
      }
      const honest = await connect(to, noting, signal)
      return { ...honest, destroy: (error) => (closed ? sink.onClose(error) : honest.destroy(error)) }
    },
    closesOnce,
  ),
  inSink(
    'a last onDrain follows onClose',
    (sink) => ({
      onClose(error) {
        sink.onClose(error)
        setImmediate(() => sink.onDrain())
      },
    }),
    'nothing follows onClose',
  ),
  inConnection(
    'what destroy cuts off is never released',
    (honest) => {
      let cut = false
      return {
        write(chunks, released) {
          if (cut) return honest.write(chunks, released)
          return honest.write(chunks, () => {
            if (!cut) released()
          })
        },
        destroy(error) {
          cut = true
          honest.destroy(error)
        },
      }
    },
    cutOff,
  ),
  inConnection(
    'a write after the end throws',
    (honest) => {
      let over = false
      return {
        write(chunks, released) {
          if (over) throw new Error('the connection is over')
          return honest.write(chunks, released)
        },
        destroy(error) {
          over = true
          honest.destroy(error)
        },
      }
    },
    afterEnd,
  ),
  inConnect(
    'a timer of each connection stays',
    (connect, env) => (to, sink, signal) => {
      env.clock.schedule(3_600_000, nothing)
      return connect(to, sink, signal)
    },
    'no timer and no socket is left',
  ),
]

describe('transportConformance', () => {
  plantedBugs<Transport>(
    'transportConformance',
    (create, patienceMs) => transportConformance({ create, patienceMs }),
    () => honestTransport(),
    [...connecting, ...sending, ...receiving, ...ending],
  )

  test('a feature that is declared missing has to be missing', async () => {
    const cases = transportConformance({ create: () => honestTransport(), features: { reset: false } })
    const declared = cases.find((each) => each.name.startsWith('not offered (reset)'))
    await expect(Promise.resolve(declared?.run())).rejects.toThrow('feature reset: expected to be missing')
  })
})
