import { format } from 'prettier'
import {
  allowedCalls,
  type TransactionEvent,
  transactionMoves,
  type TransactionState,
} from '../../packages/transactions/src/states.ts'

/** What stands around the picture in the page. */
const BEGIN = '<!-- Written by `pnpm states` from packages/transactions/src/states.ts. -->'
const END = '<!-- End of what is written. -->'

/** Calls of the application; all other events are of the producer's own doing. */
const calls: ReadonlySet<TransactionEvent> = new Set(['init', 'begin', 'commit', 'abort'])

/** The page with the picture and the table of today in it. */
export async function withPicture(page: string): Promise<string> {
  const [before, rest] = halves(page, BEGIN)
  const [, after] = halves(rest, END)
  const written = await format(`${picture()}\n\n${table()}`, { parser: 'markdown' })
  return `${before}${BEGIN}\n\n${written}\n${END}${after}`
}

/** The moves as a diagram in mermaid's language. */
function picture(): string {
  const lines = [...arrows()].map(([way, events]) => `    ${way}: ${events.map(label).join(', ')}`)
  return ['```mermaid', 'stateDiagram-v2', '    [*] --> UNINITIALIZED', ...lines, '```'].join('\n')
}

/** By the ends of the arrow, in the order of the table. An event that changes nothing has no arrow. */
function arrows(): Map<string, TransactionEvent[]> {
  const found = new Map<string, TransactionEvent[]>()
  for (const [event, moves] of entries(transactionMoves)) {
    for (const [from, to] of entries(moves)) {
      // Arrows from everywhere to the same place would hide all others; the page says in words that they are there.
      if (from === to || event === 'fatal') continue
      const way = `${from} --> ${to}`
      found.set(way, [...(found.get(way) ?? []), event])
    }
  }
  return found
}

/** What may be called where. */
function table(): string {
  const states = Object.keys(transactionMoves.fatal) as TransactionState[]
  const rows = states.map((state) => {
    const allowed = allowedCalls(state).map((call) => `\`${call}\``)
    return `| \`${state}\` | ${allowed.length === 0 ? '' : allowed.join(', ')} |`
  })
  return ['| state | calls that are allowed, beside `close` |', '| --- | --- |', ...rows].join('\n')
}

function label(event: TransactionEvent): string {
  return calls.has(event) ? `${event}()` : event
}

function halves(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at === -1) throw new Error(`the page has no ${mark}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

function entries<K extends string, V>(of: Readonly<Partial<Record<K, V>>>): [K, V][] {
  return Object.entries(of) as [K, V][]
}
