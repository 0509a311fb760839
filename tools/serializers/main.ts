// Writes what Kafka's own serializers make of some values: node tools/serializers/main.ts. Needs Java 17 and Maven.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaClassPath } from '../kafka/jars.ts'
import { jdkProgram } from '../kafka/java.ts'
import { runOrThrow } from '../kafka/run.ts'

const source = join(import.meta.dirname, 'Java.java')
const options = ['-Dfile.encoding=UTF-8', '-cp', await kafkaClassPath('4.4.0')]
const { stdout } = await runOrThrow(jdkProgram('java'), [...options, source])
const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
const target = fileURLToPath(new URL('../../plugins/serializers/test/vectors/Java.jsonl', import.meta.url))
await writeFile(target, lines.map((line) => `${line}\n`).join(''))
console.log(`${lines.length} values`)
