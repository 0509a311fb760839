import { until } from '../until.ts'
import { array, call, string } from '../wire.ts'

const CLIENT_METRICS = 16
const SET = 0

/** What a cluster is to want of its clients (KIP-714). */
export interface Wanted {
  /** Beginnings of names, parted by commas; `*` for all. */
  readonly metrics: string
  readonly intervalMs: number
}

/** Subscribes a cluster to metrics of all clients, and waits until the broker at `port` asks a client for them. */
export async function subscribeTelemetry(port: number, { metrics, intervalMs }: Wanted): Promise<void> {
  const entry = (name: string, value: string): Buffer => Buffer.concat([string(name), Buffer.of(SET), string(value)])
  const configs = array([entry('metrics', metrics), entry('interval.ms', String(intervalMs))])
  const resource = Buffer.concat([Buffer.of(CLIENT_METRICS), string('everything'), configs])
  const answer = await call({ port, apiKey: 44, version: 0, body: Buffer.concat([array([resource]), Buffer.of(0)]) })
  answer.int32()
  answer.array(() => {
    const error = answer.int16()
    const text = answer.string()
    if (error !== 0) throw new Error(`no subscription: ${text ?? 'no reason given'} (error ${error})`)
    answer.int8()
    answer.string()
  })
  await until(async () => (await intervalOf(port)) === intervalMs, { what: 'the subscription', timeoutMs: 20_000 })
}

/** The interval at which the broker wants metrics of a client that it does not know; 0 for one that wants none. */
async function intervalOf(port: number): Promise<number> {
  const body = Buffer.concat([Buffer.alloc(16), Buffer.of(0)])
  const answer = await call({ port, apiKey: 71, version: 0, body, flexible: true })
  answer.int32()
  const error = answer.int16()
  if (error !== 0) throw new Error(`the broker tells no subscription (error ${error})`)
  answer.skip(16)
  answer.int32()
  answer.skip(answer.int8() - 1)
  const intervalMs = answer.int32()
  answer.int32()
  answer.int8()
  return answer.int8() - 1 > 0 ? intervalMs : 0
}
