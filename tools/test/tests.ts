import { delimiter, join } from 'node:path'
import { existsSync } from 'node:fs'
import { fetchNode } from '../bootstrap/toolchain.mjs'
import { leftOut, type Step } from './step.ts'
import { vitest } from './vitest.ts'

const inCi = process.env['CI'] === 'true'

/** The tests that need no Kafka, on the Node that runs this. */
export function tests(): Step {
  return { name: 'tests', kind: 'unit', run: () => vitest('unit', process.execPath, kindOf) }
}

/** What a seed shows does not depend on the Node: a few tell that the simulation runs there at all. */
const FEW_SEEDS = { FAULT_SEEDS: '20', TRANSACTION_SEEDS: '20' }

/** The same tests on a bound of the range of Nodes that we support. */
export function testsOn(which: 'oldest' | 'newest'): Step {
  const name = `tests on the ${which} Node`
  return {
    name,
    kind: name,
    run: async () => {
      if (!inCi) return leftOut('set CI=true to run it')
      const node = await fetchNode(which)
      const outcome = await vitest('unit', node.path, () => `unit, Node ${node.version}`, FEW_SEEDS)
      return { ...outcome, note: `Node ${node.version}` }
    },
  }
}

/** The tests against a real Kafka, which runs on Java from jars that Maven fetches. */
export function kafkaTests(): Step {
  return {
    name: 'tests on real Kafka',
    kind: 'real Kafka',
    run: () => {
      const missing = ['java', 'mvn'].filter((program) => !isOnPath(program))
      if (missing.length === 0) return vitest('kafka', process.execPath, () => 'real Kafka')
      const reason = `${missing.join(' and ')} not found on PATH`
      return Promise.resolve(inCi ? { passed: 0, failed: 1, skipped: 0, output: reason } : leftOut(reason))
    },
  }
}

/** What kind of test a file holds: by its suffix, or by where it is. */
function kindOf(file: string): string {
  const suffix = /\.(property|simulation|conformance|process)\.test\.ts$/.exec(file)?.[1]
  if (suffix !== undefined) return suffix
  if (/^(examples|docs|tools\/snippets)\//.test(file)) return 'documents and examples'
  return file.startsWith('tools/') ? 'tools' : 'unit'
}

function isOnPath(program: string): boolean {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program]
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))))
}
