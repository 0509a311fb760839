import { randomBytes } from 'node:crypto'
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, fingerprint } from './cache.ts'
import { versionFolder } from './jars.ts'
import { jdkProgram } from './java.ts'
import { allListeners } from './listeners.ts'
import { loggingFlag } from './logging.ts'
import { type BrokerPlace, serverProperties } from './properties.ts'
import { runOrThrow } from './run.ts'

/** An id in the form that Kafka wants: 16 bytes in URL-safe base64, never with a dash in front. */
export function kafkaUuid(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return bytes.toString('base64url')
}

/**
 * Lays out a broker's empty storage. Kafka's own tool formats it, but only once for a version: its result
 * differs between brokers in `meta.properties` alone, and starting a JVM for each would take a second.
 */
export async function formatStorage(
  place: BrokerPlace,
  source: { readonly version: string; readonly classPath: string; readonly clusterId: string },
): Promise<void> {
  const template = await storageTemplate(source.version, source.classPath)
  const data = join(place.home, 'data')
  await cp(template, data, { recursive: true })
  const lines = [`version=1`, `cluster.id=${source.clusterId}`, `node.id=${place.id}`, `directory.id=${kafkaUuid()}`]
  await writeFile(join(data, 'meta.properties'), lines.join('\n') + '\n')
}

function storageTemplate(version: string, classPath: string): Promise<string> {
  const name = `${versionFolder(version)}/storage-${fingerprint('plain')}`
  return cached(name, async (work) => {
    const home = `${work}.home`
    await mkdir(home, { recursive: true })
    try {
      const ports = Object.fromEntries(allListeners([]).map((listener, index) => [listener.name, 20_000 + index]))
      const place = { id: 0, home, ports }
      const file = join(home, 'server.properties')
      await writeFile(file, serverProperties({ version, places: [place], config: {}, listeners: [] }, place))
      await runOrThrow(jdkProgram('java'), [
        '-XX:TieredStopAtLevel=1',
        await loggingFlag(version, home),
        ...['-cp', classPath, 'kafka.tools.StorageTool'],
        ...['format', '--cluster-id', kafkaUuid(), '--config', file],
      ])
      await rename(join(home, 'data'), work)
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
}
