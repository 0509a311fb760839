import type { Explanation } from 'posthorn'

/** What is tried, in this order. */
export type StepName = 'resolve' | 'connect' | 'tls' | 'negotiate' | 'authenticate' | 'metadata' | 'topic' | 'write'

/** What went wrong in a step. */
export interface Problem {
  /** What the error says. */
  readonly message: string
  /** What is behind it; `null` when that is not known. */
  readonly explanation: Explanation | null
}

/** One step of the examination. */
export interface Step {
  /** `host:port`, or the topic. */
  readonly target: string
  readonly step: StepName
  /** `warning`: it works, and could be better. */
  readonly status: 'ok' | 'warning' | 'failed'
  readonly ms: number
  /** What was found. */
  readonly detail: string
  readonly problem: Problem | null
}

/** A broker, as the cluster advertises it. */
export interface AdvertisedBroker {
  readonly id: number
  readonly host: string
  readonly port: number
}

/** What an examination has found. */
export interface Report {
  /** Whether no step failed. */
  readonly ok: boolean
  readonly ms: number
  readonly clusterId: string | null
  readonly brokers: readonly AdvertisedBroker[]
  readonly steps: readonly Step[]
  /** What was said about the settings beforehand. */
  readonly notices: readonly string[]
}
