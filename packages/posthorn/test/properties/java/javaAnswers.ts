import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaClassPath } from '../../../../../tools/kafka/jars.ts'
import { jdkProgram } from '../../../../../tools/kafka/java.ts'
import { runOrThrow } from '../../../../../tools/kafka/run.ts'
import { defaultVersion } from '../../../../../tools/kafka/versions.ts'

/** Something to ask Java: what a properties file says, or a `sasl.jaas.config`. */
export interface Question {
  readonly kind: 'properties' | 'jaas'
  readonly text: string
}

/** Keys and values in the order of the keys, with the login module under the empty key; `null` when Java refuses. */
export type Answer = readonly (readonly [string, string])[] | null

/** Asks Java, in one process. Characters of properties above U+00FF are not to be there: bytes are ISO-8859-1. */
export async function javaAnswers(questions: readonly Question[]): Promise<readonly Answer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-java-'))
  try {
    const lines = questions.map(({ kind, text }) =>
      kind === 'properties'
        ? `P ${Buffer.from(text, 'latin1').toString('base64')}`
        : `J ${Buffer.from(text).toString('base64')}`,
    )
    const [asked, answered] = [join(folder, 'questions'), join(folder, 'answers')]
    await writeFile(asked, lines.join('\n'))
    const program = join(import.meta.dirname, 'JavaConfig.java')
    const options = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', await kafkaClassPath(defaultVersion)]
    await runOrThrow(jdkProgram('java'), [...options, program, asked, answered])
    const answers = (await readFile(answered, 'utf8')).split('\n').slice(0, -1)
    return answers.map(answer)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function answer(line: string): Answer {
  if (line === 'refused') return null
  const words =
    line === '' ? [] : line.split(' ').map((word) => Buffer.from(word, 'base64').toString('utf16le').slice(1))
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i] ?? '', words[2 * i + 1] ?? ''] as const)
}
