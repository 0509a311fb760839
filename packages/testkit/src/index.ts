export { VirtualClock, type RunOptions, type VirtualClockOptions } from './clock/virtualClock.ts'
export { seededRandom } from './random.ts'
