// Events side by side: a column per field, an element per event. What decode makes, enrich widens and windows fold.
import type { Dictionary } from './dictionary.ts'
import { FINGERPRINT_WORDS } from './fingerprint.ts'

/** Text as dictionary codes; one array is reused from batch to batch. */
export interface TextColumn {
  readonly dictionary: Dictionary
  codes: Int32Array
}

/** Whole numbers (decimals scaled to their last one, e.g. cents); NaN: absent. */
export interface NumberColumn {
  values: Float64Array
}

/**
 * The columns a pipeline uses, for the events of one batch. Elements at `count` and after are left-overs of earlier
 * batches and mean nothing.
 */
export class Columns {
  count = 0
  /** Index in the record batch each event came from. */
  record = new Int32Array(0)
  /** Event time, epoch milliseconds. */
  timeMs = new Float64Array(0)
  /** Fingerprints of the event ids, where the pipeline asks for them: FINGERPRINT_WORDS an event. */
  ids = new Int32Array(0)
  readonly hasIds: boolean
  readonly text: ReadonlyMap<string, TextColumn>
  readonly numbers: ReadonlyMap<string, NumberColumn>
  #capacity = 0

  constructor(
    text: ReadonlyMap<string, Dictionary>,
    numbers: readonly string[],
    options: { readonly hasIds: boolean } = { hasIds: false },
  ) {
    this.hasIds = options.hasIds
    this.text = new Map(
      [...text].map(([name, dictionary]) => [name, { dictionary, codes: new Int32Array(0) }]),
    )
    this.numbers = new Map(numbers.map((name) => [name, { values: new Float64Array(0) }]))
  }

  /** Empties the columns and makes room for `capacity` events. */
  reset(capacity: number): void {
    this.count = 0
    if (capacity <= this.#capacity) return
    this.#capacity = Math.max(capacity, this.#capacity * 2)
    this.record = new Int32Array(this.#capacity)
    this.timeMs = new Float64Array(this.#capacity)
    if (this.hasIds) this.ids = new Int32Array(this.#capacity * FINGERPRINT_WORDS)
    for (const column of this.text.values()) column.codes = new Int32Array(this.#capacity)
    for (const column of this.numbers.values()) column.values = new Float64Array(this.#capacity)
  }

  textColumn(name: string): TextColumn {
    const column = this.text.get(name)
    if (column === undefined) throw new Error(`no text column "${name}"`)
    return column
  }

  numberColumn(name: string): NumberColumn {
    const column = this.numbers.get(name)
    if (column === undefined) throw new Error(`no number column "${name}"`)
    return column
  }
}
