import { Consumer } from '../packages/consumer.ts'
import { Outside } from '../packages/outside.ts'
import { packAll, type Packed } from '../packages/pack.ts'
import { fault } from './commands.ts'
import { checks, type Outcome, type Step } from './step.ts'

const ESM_ONLY = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii', '--no-emoji']

/** What a user would get: the packages as they are packed, not as they are in the checkout. */
export function packedSteps(): Step[] {
  let packing: Promise<Packed[]> | undefined
  const packed = (): Promise<Packed[]> => (packing ??= packAll())
  const each = (name: string, check: (pkg: Packed) => Promise<string>): Step => ({
    name,
    kind: 'packed packages',
    run: async (): Promise<Outcome> => {
      const faults: string[] = []
      for (const pkg of await packed()) faults.push(await check(pkg))
      return checks(faults)
    },
  })
  return [
    each('publint', ({ tarball }) => fault('publint', ['run', tarball, '--strict'])),
    each('arethetypeswrong', ({ tarball }) => fault('attw', [tarball, ...ESM_ONLY])),
    { name: 'size-limit', kind: 'packed packages', run: async () => checks([await fault('size-limit', [])]) },
    { name: 'a plugin from outside', kind: 'packed packages', run: async () => fromOutside(await packed()) },
    { name: 'installed and loaded', kind: 'packed packages', run: async () => checks(await useAll(await packed())) },
  ]
}

async function useAll(packed: readonly Packed[]): Promise<string[]> {
  const consumer = new Consumer()
  const broken = await consumer.install(packed)
  if (broken !== '') return [broken]
  const specifiers = packed.flatMap(({ entryPoints }) => entryPoints.map(({ specifier }) => specifier))
  const faults: string[] = []
  for (const specifier of specifiers) faults.push(await consumer.load(specifier))
  return [...faults, await consumer.compile(specifiers)]
}

/** The third party's package: installed, compiled and tested in an empty folder; counts the tests of its own. */
async function fromOutside(packed: readonly Packed[]): Promise<Outcome> {
  await using outside = new Outside('third-party-codec')
  const faults = [await outside.install(packed), await outside.compile()]
  const { passed, failed, output } = await outside.test()
  const built = checks(faults)
  const broken = failed > 0 || passed === 0
  return {
    passed: built.passed + passed,
    failed: built.failed + (broken ? Math.max(1, failed) : 0),
    skipped: 0,
    note: `${passed} tests of its own`,
    output: [built.output, broken ? output : ''].join('\n'),
  }
}
