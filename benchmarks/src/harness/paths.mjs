import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The driver of our producer. */
export const driver = fileURLToPath(new URL('../../driver.mjs', import.meta.url))

/** The drivers of other producers, and the null broker. */
export const peersFolder = fileURLToPath(new URL('../../peers/', import.meta.url))

/** Where results are kept: `$BENCH_RESULTS`, or here. */
export const resultsFolder = process.env['BENCH_RESULTS'] ?? fileURLToPath(new URL('../../results/', import.meta.url))

/** Where `npm run bench -- install` puts what it fetches and builds: `$BENCH_CACHE`. */
export const cacheFolder =
  process.env['BENCH_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'posthorn-bench')
