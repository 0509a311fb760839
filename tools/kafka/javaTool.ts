import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached, fingerprint } from './cache.ts'
import { jvmFingerprint, jdkProgram } from './java.ts'
import { versionFolder } from './jars.ts'
import { runOrThrow } from './run.ts'

/** The Java programs of this folder: the guard that runs a broker, the judges, and those for client telemetry. */
export type JavaTool = 'java' | 'judge' | 'oldJudge' | 'telemetry'

/** Compiles one of our Java programs against a Kafka version's jars, once; returns the path of its jar. */
export async function javaToolJar(tool: JavaTool, version: string, classPath: string): Promise<string> {
  const folder = fileURLToPath(new URL(`./${tool}/`, import.meta.url))
  const names = (await readdir(folder)).filter((name) => name.endsWith('.java')).sort()
  const sources = names.map((name) => join(folder, name))
  const texts = await Promise.all(sources.map((source) => readFile(source, 'utf8')))
  const name = `${versionFolder(version)}/${tool}-${fingerprint(jvmFingerprint(), ...texts)}.jar`
  return cached(name, async (work) => {
    const classes = `${work}.classes`
    await mkdir(classes, { recursive: true })
    try {
      await runOrThrow(jdkProgram('javac'), ['-nowarn', '-cp', classPath, '-d', classes, ...sources])
      // A class-data archive takes classes from jars only, never from a folder.
      await runOrThrow(jdkProgram('jar'), ['--create', '--file', work, '-C', classes, '.'])
    } finally {
      await rm(classes, { recursive: true, force: true })
    }
  })
}
