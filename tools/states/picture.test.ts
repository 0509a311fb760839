import { expect, test } from 'vitest'
import { withPicture } from './picture.ts'

const marks = [
  '<!-- Written by `pnpm states` from packages/transactions/src/states.ts. -->',
  '<!-- End of what is written. -->',
]

test('the picture stands between its marks and has every way but those of fatal errors', async () => {
  const page = await withPicture(`before\n${marks.join('\nold\n')}\nafter\n`)
  expect(page).toMatch(/^before\n<!-- Written [^]* -->\nafter\n$/)
  expect(page).not.toContain('old')
  for (const line of [
    'READY --> IN_TRANSACTION: begin()',
    'COMMITTING --> READY: ended',
    '| `ABORTABLE_ERROR` | `abort`',
  ]) {
    expect(page).toContain(line)
  }
  expect(page).not.toContain('--> FATAL_ERROR')
  // Written twice is written once.
  expect(await withPicture(page)).toBe(page)
})

test('a page without marks is not touched', async () => {
  await expect(withPicture('# Transactions')).rejects.toThrow('the page has no <!-- Written by')
})
