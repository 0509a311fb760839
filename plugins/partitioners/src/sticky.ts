import type { Partitioner, Plugin } from '@posthorn/contracts'
import type { Keyless } from './keyless.ts'
import type { KeyPlace } from './keyPlaces.ts'
import { StickyTopic } from './stickyTopic.ts'

/** A partitioner of that name, with nothing in it but what {@link StickyTopic} does. */
export function sticky(name: string, place: KeyPlace | null, keyless: Keyless): Plugin<Partitioner> {
  return (env) => ({ name, forTopic: () => new StickyTopic(place, keyless, () => env.random()) })
}
