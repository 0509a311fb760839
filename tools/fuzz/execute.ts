import { getHeapStatistics } from 'node:v8'
import { KafkaError } from '@posthorn/contracts'
import type { ReaderWatch } from './readerWatch.ts'
import { shapeOf } from './shape.ts'
import { Violation, type Target } from './target.ts'

/** What came of one input. */
export interface Verdict {
  /** What is wrong; `null` for nothing. The same fault gives the same text but for numbers. */
  readonly problem: string | null
  /** The way that the input took, as far as its result tells. */
  readonly signature: string
  /** Whether it was taken rather than refused. */
  readonly taken: boolean
}

/** Operations of `Reader` that an input may cost: an element of one byte takes about ten. */
const operationsFor = (bytes: number): number => 1000 + 32 * bytes

/** Memory that an input may cost, garbage included. An object for each two bytes is what a header of a record costs. */
const memoryFor = (bytes: number): number => 1024 * 1024 + 256 * bytes

/** Processor time that an input may cost, in ms; far above what is needed, as only a loop that grows would reach it. */
const cpuMsFor = (bytes: number): number => 300 + bytes / 50

/** Processor time of a whole producer, in ms: a run takes about 20, and as much again for a megabyte of answers. */
const WHOLE_CPU_MS = 3000

/** Codes of errors that nobody should see of a decoder's: what they hide is a fault of ours. */
const OURS = [TypeError, RangeError, SyntaxError, ReferenceError]

/** Gives `input` to `target` and judges what it does. A second and third run have to confirm what was measured. */
export function execute(target: Target, input: Uint8Array, watch: ReaderWatch): Verdict | Promise<Verdict> {
  if (target.whole === true) return executeWhole(target, input)
  // Not `slice`, which gives a view of what is a Buffer.
  const bytes = new Uint8Array(input)
  watch.start(operationsFor(bytes.length))
  const memory = memoryInUse()
  const startedMs = performance.now()
  const result = attempt(() => target.run(bytes))
  const ms = performance.now() - startedMs
  const grown = memoryInUse() - memory
  const measured = grown > memoryFor(bytes.length) || ms > cpuMsFor(bytes.length)
  const problem = measured ? confirmed(target, bytes, watch) : null
  watch.start(Number.POSITIVE_INFINITY)
  return judge(target, bytes, result, problem)
}

type Result = { readonly value: unknown } | { readonly error: unknown }

async function executeWhole(target: Target, input: Uint8Array): Promise<Verdict> {
  try {
    const before = cpuUsage()
    const value = await target.run(input)
    const { user, system } = cpuUsage(before)
    const cpuMs = (user + system) / 1000
    const slow = cpuMs > WHOLE_CPU_MS ? `${Math.round(cpuMs)} ms of processor time` : null
    return judge(target, input, { value }, slow)
  } catch (error) {
    return judge(target, input, { error }, null)
  }
}

function judge(target: Target, input: Uint8Array, result: Result, measured: string | null): Verdict {
  if ('error' in result) {
    const { error } = result
    const problem = error instanceof Violation ? describe(error) : (measured ?? problemOf(error, target))
    const signature = error instanceof Error ? coarse(error.message) : 'thrown'
    return { problem, signature, taken: false }
  }
  if (target.whole === true) return { problem: measured, signature: String(result.value), taken: true }
  const shape = shapeOf(result.value, input)
  return { problem: measured ?? broken(target, input, result.value, shape), signature: shape.signature, taken: true }
}

function broken(target: Target, input: Uint8Array, value: unknown, shape: ReturnType<typeof shapeOf>): string | null {
  const { elements, characters, ownBytes } = shape
  if (elements > input.length + 16) return `${elements} elements out of ${input.length} bytes`
  // An id of a topic has 22 characters where its version has no bytes for it.
  if (characters > 2 * input.length + 22 * (elements + 1)) return `${characters} characters of ${input.length} bytes`
  if (ownBytes > 2 * input.length) return `${ownBytes} bytes of its own out of ${input.length}`
  const checked = attempt(() => target.check?.(value, input))
  return 'error' in checked ? describe(checked.error) : null
}

function problemOf(error: unknown, { codes }: Target): string | null {
  if (error instanceof Violation) return describe(error)
  if (!(error instanceof KafkaError)) return describe(error)
  if (!codes.has(error.code)) return `refused with ${error.code}: ${error.message}`
  return OURS.some((type) => error.cause instanceof type) ? `hidden in ${error.code}: ${describe(error.cause)}` : null
}

/** The least of three runs: a pause of the machine or of the garbage collector is no fault. */
function confirmed(target: Target, input: Uint8Array, watch: ReaderWatch): string | null {
  let cpuMs = Number.POSITIVE_INFINITY
  let bytes = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run++) {
    watch.start(operationsFor(input.length))
    const memory = memoryInUse()
    const before = cpuUsage()
    attempt(() => target.run(input))
    const { user, system } = cpuUsage(before)
    cpuMs = Math.min(cpuMs, (user + system) / 1000)
    bytes = Math.min(bytes, memoryInUse() - memory)
  }
  if (bytes > memoryFor(input.length)) return `${bytes} bytes allocated for ${input.length}`
  return cpuMs > cpuMsFor(input.length) ? `${Math.round(cpuMs)} ms of processor time for ${input.length} bytes` : null
}

function attempt(work: () => unknown): Result {
  try {
    return { value: work() }
  } catch (error) {
    return { error }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`
  const at = error.stack
    ?.split('\n')
    .find((line) => /(packages|plugins)\//.test(line))
    ?.trim()
  return `${error.name}: ${error.message}${at === undefined ? '' : ` (${at.replace(/^at /, '').replace(/file:.*?(?=packages|plugins)/, '')})`}`
}

/** Numbers by their magnitude only: how far a decoder came tells ways apart, exact offsets do not. */
export function coarse(message: string): string {
  return message.replace(/\d+/g, (digits) =>
    digits.length > 3 ? `~${digits.length}` : `~${Math.ceil(Math.log2(Number(digits) + 1))}`,
  )
}

function memoryInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}

/** Of this thread where Node tells it (23.9 and newer), else of the whole process. */
function cpuUsage(before?: NodeJS.CpuUsage): NodeJS.CpuUsage {
  const { threadCpuUsage } = process as Partial<Pick<NodeJS.Process, 'threadCpuUsage'>>
  return threadCpuUsage === undefined ? process.cpuUsage(before) : threadCpuUsage(before)
}
