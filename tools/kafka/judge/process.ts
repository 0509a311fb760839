import { mkdir, rename } from 'node:fs/promises'
import { cached, fingerprint } from '../cache.ts'
import { kafkaClassPath, versionFolder } from '../jars.ts'
import { jdkProgram, jvmFingerprint } from '../java.ts'
import { javaToolJar } from '../javaTool.ts'
import { loggingFlag } from '../logging.ts'
import { runOrThrow } from '../run.ts'
import { defaultVersion } from '../versions.ts'

/** How to start the judge: the program and the arguments that come before the judge's own. */
export interface JudgeCommand {
  readonly command: string
  readonly args: readonly string[]
}

let prepared: Promise<JudgeCommand> | undefined

/** The command that runs the judge with the newest Kafka clients; the first call compiles it. */
export function judgeCommand(): Promise<JudgeCommand> {
  prepared ??= prepare().catch((error: unknown) => {
    prepared = undefined
    throw error
  })
  return prepared
}

async function prepare(): Promise<JudgeCommand> {
  const version = defaultVersion
  const kafka = await kafkaClassPath(version)
  const classPath = `${await javaToolJar('judge', version, kafka)}:${kafka}`
  const logging = await cached(`${versionFolder(version)}/judge-log-${fingerprint('error')}`, async (work) => {
    await mkdir(work, { recursive: true })
    await loggingFlag(version, work, 'error')
  })
  const flags = ['-Xmx1g', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
  const run = [`-Dlog4j2.configurationFile=${logging}/log.properties`, '-cp', classPath, 'Judge']
  const key = fingerprint(jvmFingerprint(), classPath)
  const archive = await cached(`${versionFolder(version)}/judge-${key}.jsa`, async (work) => {
    // Even a run that reaches no server loads nearly all classes that a real one needs.
    const record = `-XX:ArchiveClassesAtExit=${work}.jsa`
    await runOrThrow(jdkProgram('java'), [...flags, record, ...run, 'warm-up'])
    await rename(`${work}.jsa`, work)
  })
  return { command: jdkProgram('java'), args: [...flags, `-XX:SharedArchiveFile=${archive}`, ...run] }
}
