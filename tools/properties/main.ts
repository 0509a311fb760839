// `pnpm properties`: writes the table of docs/guides/properties.md anew.
import { writeFileSync } from 'node:fs'
import { page, path } from './page.ts'

writeFileSync(path, await page())
