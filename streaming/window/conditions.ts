// The conditions of a pipeline's metrics over the events of a batch: each different one is looked at once per batch,
// whoever asks, and answered as a mask and as a list of rows.
import type { PredicateNode } from '../../data/definitions/nodes.ts'
import type { EventSchema } from '../../data/schema.ts'
import type { Columns } from '../decode/columns.ts'
import { compileFieldCondition, type Fill } from './field-conditions.ts'

/** Which events of the batch satisfy a condition. */
export interface Condition {
  /** By row: 1 when the event does, otherwise 0. */
  mask: Uint8Array
}

/** Events of the batch. */
export interface Rows {
  /** The first `count` are their rows, rising. */
  rows: Int32Array
  count: number
}

export class Conditions {
  readonly #schema: EventSchema
  readonly #columns: Columns
  /** By the node's text; terms before what is made of them. */
  readonly #conditions = new Map<string, Condition & { readonly fill: Fill }>()
  readonly #everything: Rows = { rows: new Int32Array(0), count: 0 }
  readonly #rows = new Map<Condition, Rows>()

  /** `columns`: of the fields of `schema`, and more. */
  constructor(schema: EventSchema, columns: Columns) {
    this.#schema = schema
    this.#columns = columns
  }

  /** The same for nodes that say the same. */
  of(node: PredicateNode): Condition {
    const text = JSON.stringify(node)
    let condition = this.#conditions.get(text)
    if (condition === undefined) {
      condition = { mask: new Uint8Array(0), fill: this.#compile(node) }
      this.#conditions.set(text, condition)
    }
    return condition
  }

  /** The events that satisfy the condition, all without one; the same for nodes that say the same. */
  rowsOf(node: PredicateNode | undefined): Rows {
    if (node === undefined) return this.#everything
    const condition = this.of(node)
    let rows = this.#rows.get(condition)
    if (rows === undefined) {
      rows = { rows: new Int32Array(0), count: 0 }
      this.#rows.set(condition, rows)
    }
    return rows
  }

  /** Brings masks and rows up to date with the batch in the columns. */
  evaluate(): void {
    const { count } = this.#columns
    const everything = this.#everything
    if (count > everything.rows.length)
      everything.rows = Int32Array.from({ length: count }, (_, i) => i)
    everything.count = count
    for (const condition of this.#conditions.values()) {
      if (count > condition.mask.length) condition.mask = new Uint8Array(count)
      condition.fill(condition.mask, count)
    }
    for (const [{ mask }, rows] of this.#rows) {
      if (count > rows.rows.length) rows.rows = new Int32Array(count)
      rows.count = listRows(mask, count, rows.rows)
    }
  }

  #compile(node: PredicateNode): Fill {
    switch (node.kind) {
      case 'and': {
        const terms = node.terms.map((term) => this.of(term))
        return (mask, count) => {
          mask.fill(1, 0, count)
          for (const term of terms)
            for (let row = 0; row < count; row++) mask[row] &= term.mask[row]
        }
      }
      case 'or': {
        const terms = node.terms.map((term) => this.of(term))
        return (mask, count) => {
          mask.fill(0, 0, count)
          for (const term of terms)
            for (let row = 0; row < count; row++) mask[row] |= term.mask[row]
        }
      }
      case 'not': {
        const term = this.of(node.term)
        return (mask, count) => {
          for (let row = 0; row < count; row++) mask[row] = term.mask[row] ^ 1
        }
      }
      default:
        return compileFieldCondition(node, this.#schema, this.#columns)
    }
  }
}

/** Without a branch that nothing foretells. */
function listRows(mask: Uint8Array, count: number, rows: Int32Array): number {
  let found = 0
  for (let row = 0; row < count; row++) {
    rows[found] = row
    found += mask[row]
  }
  return found
}
