// Writes the vectors anew: node packages/protocol/test/vectors/generate.ts (needs Java 17; fetches Kafka with Maven).
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { kafkaClassPath } from '../../../../tools/kafka/jars.ts'

const folder = import.meta.dirname
const java = ['-Dfile.encoding=UTF-8', '-cp', await kafkaClassPath('4.4.0'), join(folder, 'Vectors.java'), folder]
process.exitCode = spawnSync('java', java, { stdio: 'inherit' }).status ?? 1
