import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const run = fileURLToPath(new URL('../run.mjs', import.meta.url))
const liar = fileURLToPath(new URL('./support/liar.mjs', import.meta.url))

interface Kept {
  readonly to: string
  readonly results: readonly (Record<string, unknown> & { broker: { records: number; out_of_sequence: number } })[]
}

interface Piece {
  readonly name: string
  readonly ns: number
}

interface Compared {
  readonly what: string
  readonly ratio: number
  readonly collectUs: number | null
}

interface Observed {
  readonly what: string
  readonly sent: number
  readonly answered: number
  readonly errors?: number
  readonly recordsPerSecond: number
}

describe('npm run bench', () => {
  let results: string
  beforeEach(() => {
    results = mkdtempSync(join(tmpdir(), 'posthorn-bench-'))
  })
  afterEach(() => rmSync(results, { recursive: true }))

  async function bench(...args: readonly string[]): Promise<{ code: number | null; out: string; told: string }> {
    // An empty cache, so that the test is the same on machines with and without peers; our producer from its sources.
    const env = {
      ...process.env,
      BENCH_RESULTS: results,
      BENCH_CACHE: join(results, 'nothing'),
      NODE_OPTIONS: '--conditions=@posthorn/source',
    }
    const child = spawn(process.execPath, [run, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
    const output = Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = (await once(child, 'close')) as [number | null]
    const [out, told] = await output
    return { code, out, told }
  }

  function kept(name: string): Kept {
    return JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8')) as Kept
  }

  it('runs a workload in rounds, counts with the broker, and keeps figures, table and plot', async () => {
    const peers = ['--peers', 'posthorn,posthorn:callback@records=500,java']
    const { code, out, told } = await bench('W6', ...peers, '--rounds', '2', '--quiet', '0', '--records', '1000')
    expect(code, told).toBe(0)
    expect(told).toContain('java is left out: `npm run bench -- install java` installs it')
    expect(out).toMatch(/^\| posthorn \| .* \| 2 of 2 \|$/m)
    const { to, results: runs } = kept('W6-alone')
    expect(to).toBe('null broker in node')
    const one = 'posthorn'
    const other = 'posthorn:callback@records=500'
    expect(runs.map(({ peer }) => peer)).toEqual([one, other, other, one])
    expect(runs.map(({ complete }) => complete)).toEqual([true, true, true, true])
    expect(runs.map(({ broker }) => broker.records)).toEqual([1050, 525, 525, 1050])
    expect(readdirSync(results).sort()).toEqual(['W6-alone.json', 'W6-alone.md', 'W6-alone.svg'])
  })

  it('counts no run whose records the broker has not seen', async () => {
    const driver = ['--driver', `liar=${process.execPath} ${liar}`]
    const { code, out, told } = await bench(
      '--peers',
      'liar',
      ...driver,
      '--rounds',
      '1',
      '--quiet',
      '0',
      '--records',
      '7',
    )
    expect(code, told).toBe(0)
    expect(told).toContain('INCOMPLETE')
    expect(out).toMatch(/^\| liar \| – .* \| 0 of 1 \|$/m)
    expect(kept('W1').results).toMatchObject([{ records: 7, complete: false, broker: { records: 0 } }])
  })

  it('measures what grows, point by point, and draws it', async () => {
    const small = ['--records', '400', '--points', '2', '--rounds', '1']
    const { code, told } = await bench('growth', '--of', 'in-flight', ...small)
    expect(code, told).toBe(0)
    const { points } = JSON.parse(readFileSync(join(results, 'growth-in-flight.json'), 'utf8')) as { points: object[] }
    expect(points).toMatchObject([
      { curve: 'send', x: 1, failed: 0 },
      { curve: 'trySend', x: 1, failed: 0 },
      { curve: 'send', x: 2, failed: 0 },
      { curve: 'trySend', x: 2, failed: 0 },
    ])
    for (const point of points) expect(point).toMatchObject({ cpu: expect.any(Number) as number })
    expect(readFileSync(join(results, 'growth-in-flight.svg'), 'utf8').match(/<circle/g)).toHaveLength(4)
    expect((await bench('growth', '--of', 'hope')).told).toMatch(/^nothing grows by hope: there are record-size, /)
  })

  it('watches an event loop and its HTTP answers beside a producer', async () => {
    const short = ['--rounds', '1', '--phase-ms', '200', '--warmup-ms', '200', '--requests-per-second', '50']
    const { code, out, told } = await bench('neighbour', ...short, '--window', '100', '--first', '3')
    expect(code, told).toBe(0)
    const { runs } = JSON.parse(readFileSync(join(results, 'neighbour.json'), 'utf8')) as { runs: Observed[] }
    expect(runs.map(({ what }) => what)).toEqual(['nothing produced', 'send, 100 B', 'trySend, 100 B'])
    for (const { what, sent, answered, errors, recordsPerSecond } of runs) {
      expect(answered, what).toBe(sent)
      expect(errors ?? 0, what).toBe(0)
      expect(recordsPerSecond > 0, what).toBe(what !== 'nothing produced')
    }
    expect(out).toMatch(/^\| trySend, 100 B \|/m)
  })

  it('compares a producer that something watches with one that nothing watches', async () => {
    const small = ['--rounds', '1', '--segments', '2', '--records', '1000', '--skip', '6', '--first', '1']
    const { code, out, told } = await bench('hooks', ...small)
    expect(code, told).toBe(0)
    const { runs } = JSON.parse(readFileSync(join(results, 'hooks.json'), 'utf8')) as { runs: Compared[] }
    expect(runs).toHaveLength(1)
    const { what, ratio, collectUs } = runs[0]!
    expect(what).toBe('otel-metrics')
    expect(ratio).toBeGreaterThan(0)
    expect(collectUs).toBeGreaterThan(0)
    expect(out).toMatch(/^\| otel-metrics \|/m)
  })

  it('measures the pieces of a record’s way, and keeps them as a baseline', async () => {
    const { code, out, told } = await bench('micro', '--rounds', '1', '--ms', '5', '--store', 'yes')
    expect(code, told).toBe(0)
    const { pieces } = JSON.parse(readFileSync(join(results, 'micro.json'), 'utf8')) as { pieces: Piece[] }
    const names = pieces.map(({ name }) => name)
    for (const mode of ['send', 'trySend']) {
      expect(names).toEqual(
        expect.arrayContaining(['append', 'seal, frame, write', 'parse, settle'].map((part) => `${mode}: ${part}`)),
      )
    }
    for (const { name, ns } of pieces) {
      expect(ns, name).toBeGreaterThan(0)
      expect(out).toContain(`| ${name} |`)
    }
  })

  it('says what is wrong with a command line', async () => {
    expect(await bench('W99')).toMatchObject({
      code: 1,
      told: expect.stringMatching(/^no workload W99\nusage: /) as string,
    })
    expect((await bench('--peers', 'nobody')).told).toMatch(
      /^no peer nobody: there are posthorn, posthorn-young16, java, /,
    )
    expect((await bench('install', 'nobody')).told).toMatch(/^no peer nobody: there are nullbroker, java, /)
  })
})
