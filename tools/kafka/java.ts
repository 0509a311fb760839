import { realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fingerprint } from './cache.ts'

/** What comes with a JDK and is used here. */
type JdkProgram = 'java' | 'javac' | 'jar' | 'keytool'

/** The path of a program of the PATH, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(isFile)
}

/** The path of a program of the JDK: from JAVA_HOME if that is set, else from the PATH. */
export function findJdkProgram(name: JdkProgram): string | undefined {
  const home = process.env['JAVA_HOME']
  const own = home ? join(home, 'bin', name) : undefined
  return own && isFile(own) ? own : findProgram(name)
}

/** Like {@link findJdkProgram}, but says what to do when it is missing. */
export function jdkProgram(name: JdkProgram): string {
  const path = findJdkProgram(name)
  if (!path) throw new Error(`no ${name} found: install a JDK 17 or newer, or set JAVA_HOME`)
  return path
}

/** A fingerprint of the installed JVM: class-data archives fit the very build that wrote them. */
export function jvmFingerprint(): string {
  const path = realpathSync(jdkProgram('java'))
  const { size, mtimeMs } = statSync(path)
  return fingerprint(path, String(size), String(mtimeMs))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
