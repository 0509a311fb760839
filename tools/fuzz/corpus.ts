import { below, mutateBytes, pick, type Random } from './mutate.ts'
import { MOST_BYTES, mutateForm, type Form } from './mutateFields.ts'

/** Largest input that is kept: larger ones are made of smaller ones again and again. */
const MOST_KEPT_BYTES = 8192

/** Inputs that are kept. */
const MOST_KEPT = 4000

/** Of these last ones a third of the choices are made: what is new leads further. */
const RECENT = 24

/** The inputs of one target that showed something new. */
export class Corpus {
  private readonly inputs: Uint8Array[] = []
  /** How many of them were there from the start. */
  private readonly seeds: number
  private readonly forms = new Map<Uint8Array, Form>()
  private readonly signatures = new Set<string>()
  private readonly formOf: (input: Uint8Array) => Form

  /** `formOf` tells where the fields of an input lie. */
  constructor(seeds: readonly Uint8Array[], formOf: (input: Uint8Array) => Form) {
    this.formOf = formOf
    this.inputs.push(...seeds)
    if (seeds.length === 0) this.inputs.push(new Uint8Array(0))
    this.seeds = this.inputs.length
  }

  /** Inputs in it. */
  get size(): number {
    return this.inputs.length
  }

  /** All of them, in the order in which they came. */
  all(): readonly Uint8Array[] {
    return this.inputs
  }

  /** Takes `input` in. */
  keep(input: Uint8Array): void {
    if (input.length <= MOST_KEPT_BYTES && this.inputs.length < MOST_KEPT) this.inputs.push(input)
  }

  /** Notes the way that `signature` stands for; returns whether it is new. */
  note(signature: string): boolean {
    const { size } = this.signatures
    return this.signatures.add(signature).size > size
  }

  /** Takes `input` in if no other took the way that `signature` stands for. */
  keepIfNew(input: Uint8Array, signature: string): void {
    if (this.note(signature)) this.keep(input)
  }

  /** A new input: one that is kept, changed in one place or in several. */
  next(random: Random): Uint8Array {
    let input = this.choose(random)
    for (let changes = 1 + below(random, pick(random, [1, 2, 6])); changes > 0; changes--) {
      const form = random() < 0.5 ? this.form(input) : null
      const changed = form === null ? null : mutateForm(input, form, random)
      input = changed ?? mutateBytes(input, random, this.choose(random))
    }
    return input.length > MOST_BYTES ? input.slice(0, MOST_BYTES) : input
  }

  private choose(random: Random): Uint8Array {
    const { length } = this.inputs
    const kind = random()
    // What is well-formed must not drown in what is nearly so.
    if (kind < 0.25) return this.inputs[below(random, this.seeds)] as Uint8Array
    const from = kind < 0.6 ? Math.max(0, length - RECENT) : 0
    return this.inputs[from + below(random, length - from)] as Uint8Array
  }

  /** Only of inputs that are kept; of others it is not worth the time. */
  private form(input: Uint8Array): Form | null {
    const known = this.forms.get(input)
    if (known !== undefined) return known
    if (!this.inputs.includes(input)) return null
    const { fields, sections } = this.formOf(input)
    // The end of an input that was cut off may lie within a field.
    const within = ({ end }: { readonly end: number }): boolean => end <= input.length
    const form: Form = { fields: fields.filter(within), sections: sections.filter(({ count }) => within(count)) }
    this.forms.set(input, form)
    return form
  }
}
