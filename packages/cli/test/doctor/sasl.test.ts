import { type Cluster, type ClusterOptions, createCluster } from '@posthorn/testkit'
import { plain, scramSha512 } from 'posthorn'
import { afterEach, describe, expect, it } from 'vitest'
import { type DoctorRun, examineCluster } from '../support/doctorRun.ts'

const open: Cluster[] = []
afterEach(async () => {
  for (const cluster of open.splice(0)) await cluster.close()
})

const alice = { username: 'alice', password: 'wonder-S3CRET' }

function clusterOf(options: ClusterOptions = {}): Cluster {
  const users = { alice: alice.password }
  const cluster = createCluster({ topics: { orders: 1 }, sasl: { users }, ...options })
  open.push(cluster)
  return cluster
}

function failureOf({ out }: DoctorRun): string {
  return out.slice(out.indexOf('FAILED')).split('\n').slice(0, 4).join('\n')
}

describe('posthorn doctor, with SASL', () => {
  it('logs in, and goes all the way', async () => {
    const run = await examineCluster(clusterOf(), { sasl: scramSha512(alice), topic: 'orders' })
    expect(run.out).toMatch(/ok {6}authenticate .*SCRAM-SHA-512\n/)
    expect(run.code).toBe(0)
  })

  it('SAS-05: knows a wrong password, and shows none', async () => {
    const run = await examineCluster(clusterOf(), { sasl: plain({ username: 'alice', password: 'wrong-S3CRET' }) })
    expect(failureOf(run)).toMatchInlineSnapshot(`
      "FAILED  authenticate       # ms
          broker broker-0:9092 refused the credentials (PLAIN). The broker says: Authentication failed: Invalid username or password
          cause: The broker refuses who we say we are. (SASL_AUTHENTICATION_FAILED)
          fix:   Check user and password (or the token); with SCRAM, that the user was made for this very mechanism."
    `)
    expect(run.out).not.toContain('S3CRET')
  })

  it('SAS-05: knows a mechanism that the listener does not offer, and lists those that it does', async () => {
    const cluster = clusterOf({ sasl: { users: {}, mechanisms: ['SCRAM-SHA-256', 'OAUTHBEARER'] } })
    expect(failureOf(await examineCluster(cluster, { sasl: plain(alice) }))).toMatchInlineSnapshot(`
      "FAILED  authenticate       # ms
          broker broker-0:9092 does not take SASL mechanism PLAIN; it offers SCRAM-SHA-256, OAUTHBEARER
          cause: The listener does not offer this SASL mechanism. (UNSUPPORTED_SASL_MECHANISM)
          fix:   Set sasl.mechanism (--sasl) to one that it offers; the message lists them."
    `)
  })

  it('knows that the listener wants SASL when none is set, and lists what it offers', async () => {
    expect(failureOf(await examineCluster(clusterOf()))).toMatchInlineSnapshot(`
      "FAILED  metadata           # ms
          broker closed the connection: broker-0:9092
          cause: The listener wants SASL, and no mechanism is set. It offers PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER. (SASL_EXPECTED)
          fix:   Set security.protocol to SASL_SSL or SASL_PLAINTEXT, sasl.mechanism and sasl.jaas.config (--sasl, --username, --password-env)."
    `)
  })

  it('knows that the listener has no SASL', async () => {
    const cluster = createCluster()
    open.push(cluster)
    expect(failureOf(await examineCluster(cluster, { sasl: plain(alice) }))).toMatchInlineSnapshot(`
      "FAILED  authenticate       # ms
          broker broker-0:9092 does not take SASL mechanism PLAIN; it offers no SASL mechanism on this listener
          cause: The listener has no SASL, and we wanted to log in. (ILLEGAL_SASL_STATE)
          fix:   Use the port of the SASL listener, or set security.protocol=SSL or PLAINTEXT."
    `)
  })

  it('knows that a permission is missing: to describe, and to write', async () => {
    const describing = { principal: 'User:alice', operation: 'Describe', resource: 'topic' } as const
    const blind = clusterOf({ acls: [] })
    expect(failureOf(await examineCluster(blind, { sasl: plain(alice), topic: 'orders' }))).toMatchInlineSnapshot(`
      "FAILED  topic              # ms
          The client has no permission for the topic.
          cause: The user has no permission for the topic. (TOPIC_AUTHORIZATION_FAILED)
          fix:   Allow it to write: kafka-acls.sh --add --allow-principal User:NAME --operation Write --operation Describe --topic TOPIC"
    `)
    const reading = clusterOf({ acls: [describing] })
    const run = await examineCluster(reading, { sasl: plain(alice), topic: 'orders', write: true })
    expect(failureOf(run)).toMatchInlineSnapshot(`
      "FAILED  write              # ms
          The client has no permission for this operation on the cluster.
          cause: The user has no permission for this on the cluster. (CLUSTER_AUTHORIZATION_FAILED)
          fix:   Allow it to write to a topic, which since Kafka 2.8 includes writing idempotently; before, allow IdempotentWrite on the cluster, or set enable.idempotence=false."
    `)
  })
})
