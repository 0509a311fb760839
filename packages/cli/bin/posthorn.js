#!/usr/bin/env node
import { existsSync } from 'node:fs'

const built = new URL('../dist/index.js', import.meta.url)

if (existsSync(built)) {
  const { run } = await import(built.href)
  process.exitCode = await run(process.argv.slice(2))
} else {
  process.stderr.write('posthorn: this checkout has not been built yet; run `npm run build` at its top\n')
  process.exitCode = 1
}
