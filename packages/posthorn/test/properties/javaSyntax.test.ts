import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Answer, Question } from './java/javaAnswers.ts'
import { ourAnswer } from './java/ours.ts'
import { samples } from './java/samples.ts'

const lines = readFileSync(join(import.meta.dirname, 'java', 'vectors.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
const vectors = lines.map((line) => JSON.parse(line) as Question & { readonly answer: Answer })

describe('what Java answered', () => {
  it('is there for every sample', () => {
    expect(vectors.map(({ kind, text }) => ({ kind, text }))).toEqual(samples)
  })

  it.each(vectors)('is what we answer: $kind $text', ({ kind, text, answer }) => {
    expect(ourAnswer({ kind, text })).toEqual(answer)
  })
})
