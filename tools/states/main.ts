// `pnpm states`: writes the states of transactions into docs/transactions.md, or, with --check, tells whether they are there.
import { readFileSync, writeFileSync } from 'node:fs'
import { withPicture } from './picture.ts'

const target = new URL('../../docs/transactions.md', import.meta.url)
const page = readFileSync(target, 'utf8')
const wanted = await withPicture(page)
if (!process.argv.includes('--check')) writeFileSync(target, wanted)
else if (page !== wanted) {
  console.error('docs/transactions.md does not show the states that there are; to write them anew: npm run pnpm states')
  process.exitCode = 1
}
