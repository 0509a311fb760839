import type { Context } from '@opentelemetry/api'

/**
 * A context with one value more than another, to write a message's headers from. The API's own copies a map of all values
 * for that, which takes longer than to write the headers does.
 */
export class MessageContext implements Context {
  private readonly parent: Context
  private readonly key: symbol | null
  private readonly value: unknown

  /** `key` null: with nothing more than `parent` has. */
  constructor(parent: Context, key: symbol | null = null, value?: unknown) {
    this.parent = parent
    this.key = key
    this.value = value
  }

  getValue(key: symbol): unknown {
    return key === this.key ? this.value : this.parent.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    // One that has nothing of its own yet is not needed behind another.
    return new MessageContext(this.key === null ? this.parent : this, key, value)
  }

  deleteValue(key: symbol): Context {
    return new MessageContext(this, key)
  }
}
