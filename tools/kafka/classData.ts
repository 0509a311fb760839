import { rename } from 'node:fs/promises'
import { cached, fingerprint } from './cache.ts'
import { versionFolder } from './jars.ts'
import { jvmFingerprint } from './java.ts'
import { brokerClassPath, launch } from './launch.ts'

/**
 * The flags that start a broker from an archive of its loaded classes. The archive is recorded by a short run,
 * once for a version and a JVM.
 */
export async function classDataFlags(version: string, jvmFlags: readonly string[]): Promise<readonly string[]> {
  const key = fingerprint(jvmFingerprint(), await brokerClassPath(version))
  const path = await cached(`${versionFolder(version)}/broker-${key}.jsa`, async (work) => {
    const flags = [...jvmFlags, `-XX:ArchiveClassesAtExit=${work}.jsa`, ...quiet]
    const cluster = await launch({ version, brokers: 1, config: {}, listeners: [], dir: undefined, jvmFlags: flags })
    try {
      await cluster.stop(0)
    } finally {
      await cluster.close()
    }
    await rename(`${work}.jsa`, work)
  })
  return [`-XX:SharedArchiveFile=${path}`, '-Xshare:auto', ...quiet]
}

const quiet = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off']
