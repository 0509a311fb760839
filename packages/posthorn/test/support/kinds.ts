import type { Emphasis } from './drawn/drawn.ts'
import { drawnRun } from './drawn/drawnRun.ts'
import { faultyRun } from './faultyRun.ts'
import type { Scenario } from './scenarios.ts'
import { scenarios } from './scenarios.ts'
import { printed, traced } from './trace.ts'
import { wrongIn } from './verdicts.ts'

/** One kind of run: gives what was wrong with the run of a seed, nothing for a good one. */
export type Kind = (seed: number, trace?: boolean) => Promise<string[]>

const plain =
  (scenario: Scenario): Kind =>
  async (seed, trace = false) =>
    wrongIn(await faultyRun(seed, trace ? traced(scenario) : scenario), scenario.expected)

const emphases: Readonly<Record<string, Emphasis>> = {
  'anything at all': {},
  'anything, with old brokers': { oldBrokers: true },
  'anything, in little memory': { littleMemory: true },
  'anything, with plugins that fail': { badPlugins: true },
  'anything, with a codec that holds everything up': { slowCodec: true },
  'anything, with connections that break': { always: ['connections', 'handshakes'] },
  'anything, with answers that get lost': { always: ['answers lost or late', 'what costs time'] },
  'anything, with every error there is': { always: ['errors of Produce', 'errors of topics'] },
  'anything, with metadata that lies': { always: ['metadata that lies', 'more partitions'] },
  'anything, while clocks jump': { always: ['clocks that jump', 'throttling'] },
  'anything, while data is lost': { always: ['leaders that have lost records', 'topics created anew'] },
  'anything, with logins': { logins: true },
  'anything, without idempotence': { idempotence: false },
}

/** Runs of which everything is drawn, each with something that is always there. */
export const drawnKinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.entries(emphases).map(([name, emphasis]): [string, Kind] => [
    name,
    // The name is part of the seed: equal numbers of two kinds have nothing in common.
    (seed, trace = false) => drawnRun(`${name} ${seed}`, emphasis, trace ? printed : null),
  ]),
)

/** Runs of one workload, each with faults of its own. */
export const plainKinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.entries(scenarios).map(([name, scenario]) => [name, plain(scenario)]),
)

/** Every kind of run, by what goes wrong in it. */
export const kinds: Readonly<Record<string, Kind>> = { ...plainKinds, ...drawnKinds }
