// Writes the vectors anew: node packages/posthorn/test/properties/java/generate.ts (needs Java 17; fetches Kafka with Maven).
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { javaAnswers } from './javaAnswers.ts'
import { samples } from './samples.ts'

const answers = await javaAnswers(samples)
const vectors = samples.map((question, index) => JSON.stringify({ ...question, answer: answers[index] }))
await writeFile(join(import.meta.dirname, 'vectors.jsonl'), `${vectors.join('\n')}\n`)
