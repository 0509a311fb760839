import { join } from 'node:path'
import { peersFolder } from '../chaos/peers/folder.ts'
import { kafkaClassPath } from '../kafka/jars.ts'
import { jdkProgram } from '../kafka/java.ts'
import { runOrThrow } from '../kafka/run.ts'
import type { Placed } from './placed.ts'

const folder = import.meta.dirname

/** The Java client of the newest Kafka. */
export async function java(args: readonly string[]): Promise<Placed[]> {
  const classPath = await kafkaClassPath('4.4.0')
  return lines(jdkProgram('java'), ['-cp', classPath, join(folder, 'Java.java'), ...args])
}

/** librdkafka, of the Python wheel that `installPeers` fetched. */
export function librdkafka(args: readonly string[]): Promise<Placed[]> {
  return lines('env', [
    `PYTHONPATH=${join(peersFolder(), 'python')}`,
    'python3',
    join(folder, 'librdkafka.py'),
    ...args,
  ])
}

/** Sarama, in Go. */
export function sarama(args: readonly string[]): Promise<Placed[]> {
  return lines('go', ['run', '.', ...args], join(folder, 'sarama'))
}

async function lines(command: string, args: readonly string[], cwd: string = folder): Promise<Placed[]> {
  const { stdout } = await runOrThrow(command, args, { cwd })
  // Java warns there of the logger that it has not got.
  const found = stdout.split('\n').filter((line) => line.startsWith('{'))
  return found.map((line) => JSON.parse(line) as Placed)
}
