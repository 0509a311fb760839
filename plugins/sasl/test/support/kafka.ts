import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import type { Producer, ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'
import { expect } from 'vitest'
import { oauthBearer, plain, scramSha256, scramSha512, unsecuredToken } from '../../src/index.ts'

export const users = { alice: 'alice-secret', bob: 'bob-secret' }

/** Who logs in. */
export interface Login {
  readonly username: string
  readonly password: string
}

/** A mechanism for a login, by the name that Kafka has for it. */
export const mechanisms: Readonly<Record<string, (login: Login) => Plugin<SaslMechanism>>> = {
  PLAIN: (login) => plain({ ...login, allowPlaintext: true }),
  'SCRAM-SHA-256': scramSha256,
  'SCRAM-SHA-512': scramSha512,
  OAUTHBEARER: ({ username }) => oauthBearer({ token: unsecuredToken({ subject: username }), allowPlaintext: true }),
}

type Bytes = Uint8Array | string

/** A producer of the listener that logs in as told. */
export function producerOf(
  bootstrapServers: string,
  sasl: Plugin<SaslMechanism>,
  more: Partial<ProducerOptions> = {},
): Producer<Bytes, Bytes> {
  return createProducer({ bootstrapServers, sasl, ...more })
}

/** How a send failed, and after how many ms. */
export async function failureOf(work: Promise<unknown>): Promise<{ error: KafkaError; ms: number }> {
  const began = performance.now()
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(KafkaError)
  return { error: error as KafkaError, ms: performance.now() - began }
}
