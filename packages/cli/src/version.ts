import { readFileSync } from 'node:fs'

/** The version of this package, as its manifest says. */
export function version(): string {
  // The manifest is one folder up both from the sources and from what is built of them.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
