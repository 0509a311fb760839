import type { Partitioner, Plugin } from '@posthorn/contracts'

/** Keys by their first byte, records without a key by turns: easy to foresee in a test. */
export const foreseeable: Plugin<Partitioner> = () => ({
  name: 'foreseeable',
  forTopic: () => {
    let turn = 0
    return {
      partition: (key, view) => (key === null ? turn++ : (key[0] ?? 0)) % view.partitionCount,
    }
  },
})
