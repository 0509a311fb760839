// `pnpm errors`: writes docs/errors.md anew.
import { writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { errorsPage } from './table.ts'

const page = await format(errorsPage(), { parser: 'markdown' })
writeFileSync(new URL('../../docs/errors.md', import.meta.url), page)
