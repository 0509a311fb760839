// Writes the vectors anew: node plugins/legacy-brokers/test/vectors/generate.ts (needs Java 17; fetches Kafka with Maven).
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { kafkaClassPath } from '../../../../tools/kafka/jars.ts'
import { jdkProgram } from '../../../../tools/kafka/java.ts'

const folder = import.meta.dirname
const source = join(folder, 'OldFormats.java')
const options = ['-Dfile.encoding=UTF-8', '-cp', await kafkaClassPath('3.9.2')]
process.exitCode = spawnSync(jdkProgram('java'), [...options, source, folder], { stdio: 'inherit' }).status ?? 1
