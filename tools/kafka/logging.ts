import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atLeast } from './versions.ts'

/** Writes a logging configuration that prints to standard error; returns the JVM flag that selects it. */
export async function loggingFlag(version: string, folder: string, level: 'info' | 'error' = 'info'): Promise<string> {
  // The dump of every configuration value would be most of the log and a good part of the start time.
  const path = join(folder, 'log.properties')
  if (atLeast(version, 4, 0)) {
    await writeFile(path, log4j2.replace('= info', `= ${level}`))
    return `-Dlog4j2.configurationFile=${path}`
  }
  await writeFile(path, log4j1.replace('=INFO', `=${level.toUpperCase()}`))
  return `-Dlog4j.configuration=file:${path}`
}

const log4j2 = `status = error
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
logger.config.name = org.apache.kafka.common.config
logger.config.level = warn
appender.out.type = Console
appender.out.name = out
appender.out.target = SYSTEM_ERR
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss.SSS} %p %m (%c{1})%n
`

const log4j1 = `log4j.rootLogger=INFO, out
log4j.logger.kafka.server.KafkaConfig=WARN
log4j.logger.org.apache.kafka.common.config=WARN
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.target=System.err
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{HH:mm:ss,SSS} %p %m (%c{1})%n
`
