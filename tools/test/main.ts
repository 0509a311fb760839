// `npm test`. Every step runs, whatever came of those before it; the closing line counts test cases and checks.
import { build } from '../bootstrap/build.mjs'
import { toolchain } from '../bootstrap/toolchain.mjs'
import { apiSteps } from './apis.ts'
import { command } from './commands.ts'
import { packedSteps } from './packed.ts'
import { runSteps } from './report.ts'
import { checks, type Outcome, type Step } from './step.ts'
import { kafkaTests, tests, testsOn } from './tests.ts'

const steps: Step[] = [
  { name: 'build', kind: 'checks', run: builds },
  command('type check', 'tsc', ['-p', '.']),
  command('type check of the tools', 'tsc', ['-p', 'tools']),
  command('type check of the benchmarks', 'tsc', ['-p', 'benchmarks']),
  command('lint', 'eslint', ['.', '--max-warnings', '0']),
  command('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  command('boundaries', 'depcruise', ['--config', 'tools/boundaries/rules.mjs', 'packages', 'plugins', 'examples']),
  command('unused code', 'knip', []),
  command('catalogue', 'tools/catalogue/main.ts', ['--check']),
  command('picture of the states', 'tools/states/main.ts', ['--check']),
  ...apiSteps(),
  ...packedSteps(),
  tests(),
  testsOn('oldest'),
  testsOn('newest'),
  ...(process.argv.includes('--without-kafka') ? [] : [kafkaTests()]),
]

const { failed } = await runSteps(steps, (text) => process.stdout.write(text))
process.exitCode = failed === 0 ? 0 : 1

async function builds(): Promise<Outcome> {
  await build(await toolchain())
  return checks([''])
}
