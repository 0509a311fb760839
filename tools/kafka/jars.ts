import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, fingerprint } from './cache.ts'
import { findProgram } from './java.ts'
import { runOrThrow } from './run.ts'
import { atLeast } from './versions.ts'

const fetchTimeoutMs = 240_000
const fetchAttempts = 2

/** The class path with the broker and all clients of one Kafka version; fetched by Maven on the first call. */
export async function kafkaClassPath(version: string): Promise<string> {
  const pom = pomFor(version)
  const folder = await cached(`${version}-${fingerprint(pom)}/libs`, (work) => fetchJars(version, pom, work))
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jar'))
  // A class-data archive is only accepted with the very order that it was recorded with.
  return names
    .sort()
    .map((name) => join(folder, name))
    .join(':')
}

/** The name of the cache folder in which everything that belongs to this version's jars is kept. */
export function versionFolder(version: string): string {
  return `${version}-${fingerprint(pomFor(version))}`
}

async function fetchJars(version: string, pom: string, work: string): Promise<void> {
  const maven = findProgram('mvn')
  if (!maven) throw new Error('no mvn found: install Apache Maven, which fetches the Kafka jars')
  process.stderr.write(`fetching Kafka ${version} with Maven, once ...\n`)
  const project = `${work}.project`
  await mkdir(project, { recursive: true })
  try {
    await writeFile(join(project, 'pom.xml'), pom)
    await retry(fetchAttempts, () => copyDependencies(maven, project))
    await rename(join(project, 'libs'), work)
  } catch (cause) {
    throw new Error(`Maven could not fetch Kafka ${version}`, { cause })
  } finally {
    await rm(project, { recursive: true, force: true })
  }
}

async function copyDependencies(maven: string, cwd: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs']
  await runOrThrow(maven, ['--batch-mode', '--quiet', ...goal], { cwd, timeoutMs: fetchTimeoutMs })
}

async function retry(attempts: number, action: () => Promise<void>): Promise<void> {
  for (let left = attempts; left > 0; left--) {
    try {
      await action()
      return
    } catch (error) {
      if (left === 1) throw error
    }
  }
}

interface Dependency {
  readonly group: string
  readonly artifact: string
  readonly version: string
}

// Of these, brokers before 2.4 name releases of their own, which are in no repository or would log twice.
const exclusions = [
  ['org.slf4j', 'slf4j-log4j12'],
  ['log4j', 'log4j'],
  ['com.sun.jmx', 'jmxri'],
  ['com.sun.jdmk', 'jmxtools'],
  ['javax.jms', 'jms'],
].map(([group, artifact]) => `<exclusion><groupId>${group}</groupId><artifactId>${artifact}</artifactId></exclusion>`)

function pomFor(version: string): string {
  const old = !atLeast(version, 2, 4)
  const broker = { group: 'org.apache.kafka', artifact: `kafka_${scala(version)}`, version }
  const dependencies = [dependency(broker, old ? exclusions : []), ...logging(version).map((own) => dependency(own))]
  // No longer a part of Java.
  if (old) dependencies.push(dependency({ group: 'javax.xml.bind', artifact: 'jaxb-api', version: '2.3.1' }))
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>posthorn.local</groupId><artifactId>kafka-jars</artifactId><version>1</version>' +
    `<dependencies>${dependencies.join('')}</dependencies></project>\n`
  )
}

function dependency({ group, artifact, version }: Dependency, without: readonly string[] = []): string {
  const excluded = without.length > 0 ? `<exclusions>${without.join('')}</exclusions>` : ''
  return (
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
    `<version>${version}</version>${excluded}</dependency>`
  )
}

function scala(version: string): string {
  if (atLeast(version, 2, 4)) return '2.13'
  return atLeast(version, 2, 0) ? '2.12' : '2.11'
}

function logging(version: string): Dependency[] {
  if (atLeast(version, 4, 0)) {
    return [{ group: 'org.apache.logging.log4j', artifact: 'log4j-slf4j-impl', version: '2.25.4' }]
  }
  // Brokers before 2.4 call log4j 1 themselves; this is its maintained successor with the same classes.
  return [{ group: 'org.slf4j', artifact: 'slf4j-reload4j', version: '1.7.36' }]
}
