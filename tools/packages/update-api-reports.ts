// `pnpm api:update`: writes every API report anew, for a reviewer to read as part of the change.
import { checkApi } from './api-report.ts'
import { publishedPackages } from './list.ts'

for (const pkg of publishedPackages()) {
  for (const entry of pkg.entryPoints) {
    const { faults } = checkApi(pkg, entry, true)
    for (const fault of faults) process.stderr.write(`${fault}\n`)
    if (faults.length > 0) process.exitCode = 1
  }
}
