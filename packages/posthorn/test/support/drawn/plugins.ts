import { gunzipSync, gzipSync } from 'node:zlib'
import type { Codec, Hooks, Interceptor, Partitioner, Plugin, Serializer } from '@posthorn/contracts'
import { murmur2Sticky } from '@posthorn/partitioners'
import type { Stage } from '../stage.ts'
import type { WatchedClock } from '../watchedClock.ts'

/** How often the plugins of a run fail: 0 never, 1 always. */
export type Share = number

/** What a plugin throws that was written badly. */
function thrown(what: string): Error {
  return new Error(`${what} throws`)
}

/** What is not what it should be. */
const nonsense = [undefined, null, 'text', 42, {}, Number.NaN] as const

/** gzip that throws, rejects, answers late, with nonsense, or with bytes that mean nothing. */
export function badGzip({ chance, below, pick, clock }: Stage, share: Share): Plugin<Codec> {
  const later = (compress: () => Uint8Array): Promise<Uint8Array> =>
    new Promise<void>((resolve) => void clock.schedule(below(400), resolve)).then(compress)
  return () => ({
    name: 'gzip',
    attribute: 1,
    compress(input, room): Uint8Array | Promise<Uint8Array> {
      // Room that was lent while another batch still needs it damages that one.
      room?.fill(0x5a)
      // Memory that is used again too early damages what comes late.
      const compressed = (): Uint8Array => {
        const result = gzipSync(input, { level: 1 })
        const goesThere = room !== undefined && input.length % 2 === 1 && result.length <= room.length
        if (!goesThere) return result
        room.set(result)
        return room.subarray(0, result.length)
      }
      if (!chance(share)) return compressed()
      switch (below(6)) {
        case 0:
          throw thrown('compress')
        case 1:
          return Promise.reject(thrown('compress'))
        case 2:
          return pick<unknown>(nonsense) as Uint8Array
        case 3:
          return Uint8Array.from({ length: below(60) }, () => below(256))
        default:
          return later(compressed)
      }
    },
    decompress: (input, maxBytes) => gunzipSync(input, { maxOutputLength: maxBytes }),
  })
}

/** {@link badGzip} that takes up to 3 ms of the producer's time for each batch, in which nothing else runs. */
export function slowGzip(stage: Stage, share: Share, clock: WatchedClock): Plugin<Codec> {
  const plugin = badGzip(stage, share)
  return (context) => {
    const codec = plugin(context)
    return {
      ...codec,
      compress(input, room) {
        clock.sleep(stage.below(4))
        return codec.compress(input, room)
      },
    }
  }
}

/** Hooks of every kind, each of which throws now and then. */
export function badHooks({ chance }: Stage, share: Share): Plugin<Hooks> {
  const hook = (): void => {
    if (chance(share)) throw thrown('a hook')
  }
  return () => ({
    name: 'bad',
    onConnect: hook,
    onDisconnect: hook,
    onRequest: hook,
    onResponse: hook,
    onThrottle: hook,
    onBatchSealed: hook,
    onBatchSettled: hook,
    onRetry: hook,
    onSplit: hook,
    onMetadata: hook,
    onClose: hook,
  })
}

/** An interceptor that throws now and then, and sometimes sends another record in place of the one it was given. */
export function badInterceptor({ chance }: Stage, share: Share): Plugin<Interceptor<string, string>> {
  return () => ({
    name: 'bad',
    onSend(record) {
      if (chance(share)) throw thrown('onSend')
      return chance(share) ? { ...record, headers: { seen: 'yes' } } : record
    },
    onAcknowledgement() {
      if (chance(share)) throw thrown('onAcknowledgement')
    },
    close() {
      if (chance(share)) throw thrown('close')
    },
  })
}

/** A serializer that throws, rejects, takes its time, or answers nonsense. */
export function badSerializer({ chance, below, pick, clock }: Stage, share: Share): Plugin<Serializer<string>> {
  return () => ({
    name: 'bad',
    serialize(_topic, value): string | Promise<string> {
      if (!chance(share)) return value
      switch (below(5)) {
        case 0:
          throw thrown('serialize')
        case 1:
          return Promise.reject(thrown('serialize'))
        case 2:
          return pick([undefined, 42, {}]) as unknown as string
        default:
          return new Promise((resolve) => void clock.schedule(below(300), () => resolve(value)))
      }
    },
  })
}

/** The default partitioner, which sometimes throws or names a partition that cannot be. */
export function badPartitioner({ chance, pick }: Stage, share: Share): Plugin<Partitioner> {
  const good = murmur2Sticky()
  return (env) => {
    const inner = good(env)
    return {
      name: 'bad',
      forTopic(topic) {
        const of = inner.forTopic(topic)
        return {
          partition(key, view) {
            if (!chance(share)) return of.partition(key, view)
            if (chance(0.5)) throw thrown('partition')
            return pick([-1, 0.5, 1e9, ...nonsense]) as number
          },
          onAppend(partition, bytes, lastBatchFull, view) {
            of.onAppend?.(partition, bytes, lastBatchFull, view)
            if (chance(share)) throw thrown('onAppend')
          },
        }
      },
    }
  }
}
