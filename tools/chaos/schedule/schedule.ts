import { seededRandom } from '@posthorn/testkit'

/** What the proxy can do to a connection, or (`refuse`) to those who want one. */
export type ProxyFaultKind = 'cut' | 'reset' | 'swallow' | 'delay' | 'tearAnswer' | 'tearRequest' | 'refuse'

/** One fault of the proxy, at a moment counted from the start of the faults. */
export interface ProxyFault {
  readonly atMs: number
  readonly kind: ProxyFaultKind
  /** The broker before which it happens; the next one that has a connection when this one has none. */
  readonly broker: number
  /** Which of the broker's connections, as a fraction of their number. */
  readonly pick: number
  /** How long answers are swallowed or held back, or connections refused. */
  readonly forMs: number
}

/** One death, of a broker or of the client. */
export interface Kill {
  /** How long all are up before it. */
  readonly upMs: number
  readonly victim: number
  /** How long until it is started again. */
  readonly downMs: number
}

/** Who dies how often. */
export interface KillPlan {
  readonly seed: number
  /** Part of what is drawn from, so that two kinds of death do not go together. */
  readonly what: 'broker' | 'client'
  readonly victims: number
  /** Shortest and longest, as for `downMs`. */
  readonly upMs: readonly [number, number]
  readonly downMs: readonly [number, number]
}

/** What is drawn: from when to when, by which seed. */
export interface Span {
  readonly seed: number
  readonly fromMs: number
  readonly toMs: number
}

const kinds: readonly (readonly [kind: ProxyFaultKind, share: number, longestMs: number])[] = [
  ['cut', 0.25, 0],
  ['reset', 0.15, 0],
  ['swallow', 0.25, 1500],
  ['delay', 0.15, 800],
  ['tearAnswer', 0.08, 0],
  ['tearRequest', 0.07, 0],
  ['refuse', 0.05, 600],
]

/** Faults at `perSecond` in the mean, at moments that know nothing of one another; the same for the same arguments. */
export function proxyFaults(
  { seed, fromMs, toMs }: Span,
  { perSecond, brokers }: { readonly perSecond: number; readonly brokers: number },
): ProxyFault[] {
  if (perSecond <= 0) return []
  const random = seededRandom(`proxy ${seed}`)
  const faults: ProxyFault[] = []
  for (;;) {
    const before = faults.at(-1)?.atMs ?? fromMs
    const atMs = before - (Math.log(1 - random()) * 1000) / perSecond
    if (atMs >= toMs) return faults
    const [kind, longestMs] = kindAt(random())
    const broker = Math.floor(random() * brokers)
    faults.push({ atMs, kind, broker, pick: random(), forMs: Math.round(random() * longestMs) })
  }
}

/** Deaths without end, one after another; the same for the same arguments. */
export function* kills({ seed, what, victims, upMs, downMs }: KillPlan): Generator<Kill> {
  const random = seededRandom(`${what} ${seed}`)
  const between = ([least, most]: readonly [number, number]): number => Math.round(least + random() * (most - least))
  for (;;) yield { upMs: between(upMs), victim: Math.floor(random() * victims), downMs: between(downMs) }
}

function kindAt(at: number): readonly [ProxyFaultKind, number] {
  let rest = at
  for (const [kind, share, longestMs] of kinds) {
    if (rest < share) return [kind, longestMs]
    rest -= share
  }
  return ['cut', 0]
}
