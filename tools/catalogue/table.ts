import type { Behaviour, Catalogue, Exclusions } from './behaviours.ts'
import type { Claim } from './claims.ts'

/** Where a behaviour stands: proved by tests, left out, planned, or neither yet. */
export type Status = 'done' | 'out' | 'later' | 'untested'

/** What was found out of the whole catalogue. */
export interface Report {
  readonly counts: Readonly<Record<Status, number>>
  /** What is wrong: tests that name what does not exist, or what is said to be out. */
  readonly problems: readonly string[]
  readonly markdown: string
}

/** Sets the catalogue against the tests. */
export function report(catalogue: Catalogue, exclusions: Exclusions, claims: readonly Claim[]): Report {
  const byId = new Map<string, Claim[]>()
  for (const claim of claims) for (const id of claim.ids) byId.set(id, [...(byId.get(id) ?? []), claim])
  const sections = new Set(catalogue.behaviours.map(({ id }) => id.slice(0, 3)))
  const known = new Set(catalogue.behaviours.map(({ id }) => id))
  const problems = [
    ...[...byId.keys()]
      .filter((id) => sections.has(id.slice(0, 3)) && !known.has(id))
      .map((id) => `${id} is named by a test and is not in the catalogue`),
    ...Object.keys(exclusions.out)
      .filter((id) => !known.has(id))
      .map((id) => `${id} is said to be out and is not in the catalogue`),
    ...Object.keys(exclusions.out)
      .filter((id) => byId.has(id))
      .map((id) => `${id} is said to be out, but a test names it`),
  ]
  const counts: Record<Status, number> = { done: 0, out: 0, later: 0, untested: 0 }
  const lines: string[] = []
  for (const [number, title] of Object.entries(catalogue.sections)) {
    const rows = catalogue.behaviours.filter(({ section }) => section === Number(number))
    if (rows.length === 0) continue
    lines.push(`## ${number}. ${title}`, '', '| ID | behaviour | status | tests |', '| --- | --- | --- | --- |')
    for (const behaviour of rows) {
      const found = byId.get(behaviour.id) ?? []
      const status = statusOf(behaviour, exclusions, found)
      counts[status]++
      lines.push(
        `| ${behaviour.id} | ${cell(behaviour.summary)} | ${status} | ${cell(evidence(behaviour, status, exclusions, found))} |`,
      )
    }
    lines.push('')
  }
  return { counts, problems, markdown: [...heading(counts), ...lines].join('\n') }
}

function statusOf({ id, section }: Behaviour, { out, later }: Exclusions, claims: readonly Claim[]): Status {
  if (claims.length > 0) return 'done'
  if (out[id] !== undefined) return 'out'
  return later[String(section)] === undefined ? 'untested' : 'later'
}

function evidence(
  { id, section }: Behaviour,
  status: Status,
  { out, later }: Exclusions,
  claims: readonly Claim[],
): string {
  if (status === 'out') return out[id] ?? ''
  if (status === 'later') return later[String(section)] ?? ''
  return [...new Set(claims.map(({ file }) => `[${file.split('/').at(-1) ?? file}](../${file})`))].join(', ')
}

function heading(counts: Readonly<Record<Status, number>>): string[] {
  const { done, out, later, untested } = counts
  return [
    '# What a producer does, and which tests prove it',
    '',
    'Written by `node tools/catalogue/main.ts` from the titles of the tests; not to be edited by hand. A test proves the',
    'behaviours whose IDs stand in its title.',
    '',
    `${done} done, ${out} out, ${later} later, ${untested} untested.`,
    '',
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
