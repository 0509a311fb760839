import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readCatalogue, readExclusions } from './behaviours.ts'
import { allClaims } from './claims.ts'
import { report } from './table.ts'

// Writes docs/catalogue.md, or, with --check, tells whether it is what the tests say now.
const root = fileURLToPath(new URL('../..', import.meta.url))
const target = `${root}/docs/catalogue.md`
const { counts, problems, markdown } = report(readCatalogue(), readExclusions(), allClaims(root))
for (const problem of problems) console.error(problem)
let failed = problems.length > 0
if (!process.argv.includes('--check')) writeFileSync(target, markdown)
else if (readFileSync(target, 'utf8') !== markdown) {
  console.error('docs/catalogue.md is not what the tests say; to write it anew: npm run catalogue')
  failed = true
}
console.log(JSON.stringify(counts))
process.exitCode = failed ? 1 : 0
