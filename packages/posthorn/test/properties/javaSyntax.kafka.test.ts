import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeKafka } from '../../../../tools/kafka/testCluster.ts'
import { javaAnswers, type Question } from './java/javaAnswers.ts'
import { ourAnswer } from './java/ours.ts'

const RUNS = 4000

/** Texts made of what has a meaning in the syntax, and a little else. */
function textOf(...pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join(''))
}

const file = textOf(
  ...[
    'a',
    'b',
    '1',
    ' ',
    '\t',
    '\f',
    '=',
    ':',
    '#',
    '!',
    '\\',
    '\n',
    '\r',
    '\r\n',
    '\\\n',
    '\\u00e9',
    '\\u',
    'u0',
    'é',
  ],
)
const module = textOf(
  ...[
    'org.x.Module',
    ' required ',
    ' ',
    '\n',
    'a',
    '"',
    "'",
    '=',
    ';',
    '-',
    '.',
    '/',
    '*',
    '\\',
    '\\1',
    '7',
    '$',
    '_',
    'é',
  ],
  ...['a="b"', ' b = c ', '// d\n', '/* e */', '#', ','],
)
/** Options whose values hold what has a meaning inside of quotation marks. */
const options = fc
  .array(textOf('a', ' ', "'", '\\"', '\\', '\\n', '\\1', '4', '7', '8', ';', '=', '//', '/*', 'é'), { maxLength: 4 })
  .map((values) => values.map((value, index) => `o${index}="${value}"`).join(' '))

describeKafka("Java's own classes", () => {
  it('read files and login modules as we do, whatever is in them', async () => {
    const seed = { seed: 7, numRuns: RUNS }
    const questions: readonly Question[] = [
      ...fc.sample(file, seed).map((text) => ({ kind: 'properties', text }) as const),
      ...fc.sample(module, seed).map((text) => ({ kind: 'jaas', text }) as const),
      ...fc.sample(module, seed).map((text) => ({ kind: 'jaas', text: `org.x.M required ${text};` }) as const),
      ...fc.sample(options, seed).map((text) => ({ kind: 'jaas', text: `org.x.M required ${text};` }) as const),
    ]
    const answers = await javaAnswers(questions)
    const apart = questions
      .map((question, index) => ({ ...question, java: answers[index], ours: ourAnswer(question) }))
      .filter(({ java, ours }) => JSON.stringify(java) !== JSON.stringify(ours))
    expect(answers).toHaveLength(questions.length)
    expect(answers.filter((answer) => answer !== null).length).toBeGreaterThan(1.5 * RUNS)
    expect(apart).toEqual([])
  })
})
