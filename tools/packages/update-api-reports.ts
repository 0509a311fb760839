// `pnpm api:update`: writes every API report anew, for a reviewer to read as part of the change.
import { checkApis } from './api-report.ts'
import { publishedPackages } from './list.ts'

for (const { faults } of checkApis(publishedPackages(), true)) {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
}
