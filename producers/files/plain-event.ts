// Rows that are events already, in plain JSON: sent as they are without being parsed. It only ever accepts: what it does
// not take, whole or broken, is converted the long way, which alone rejects.
import { faultOf } from '../../data/event-rules.ts'
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import { parseTimeMs } from '../../data/time.ts'
import { hasAt, KIND, PlainJson } from './plain-json.ts'
import type { FileRecord } from './record.ts'

/** When a field has to be there: a text in another field. */
interface Condition {
  readonly field: number
  readonly equals: Buffer
}

export class PlainEvents {
  readonly #json: PlainJson
  readonly #specs: readonly FieldSpec[]
  /** By field: always, never, or on a condition. */
  readonly #required: readonly (boolean | Condition)[]
  readonly #key: number
  readonly #time: number

  /** `needed`: fields without which a row is not taken, beside those that every event needs. */
  constructor({ fields, timeField }: EventSchema, keyField: string, needed: string) {
    const indexOf = (name: string) => fields.findIndex((field) => field.name === name)
    this.#json = new PlainJson(fields.map(({ name }) => name))
    this.#specs = fields
    this.#required = fields.map(({ name, required }) =>
      typeof required === 'boolean'
        ? required || name === needed
        : { field: indexOf(required.field), equals: Buffer.from(required.equals) },
    )
    this.#key = indexOf(keyField)
    this.#time = indexOf(timeField)
  }

  /** The record of a row that keeps every rule; undefined: not taken. */
  read(row: Buffer): FileRecord | undefined {
    const json = this.#json
    if (!json.scan(row)) return undefined
    let timeMs = Number.NaN
    for (let field = 0; field < this.#specs.length; field++) {
      const kind = json.kinds[field]
      if (kind === KIND.absent || json.starts[field] === json.ends[field]) {
        if (this.#isRequired(row, field)) return undefined
        continue
      }
      const spec = this.#specs[field]
      if (spec.kind === 'string' && spec.format === undefined) {
        if (kind !== KIND.text) return undefined
        continue
      }
      if (kind === KIND.boolean) return undefined
      const text = row.toString('latin1', json.starts[field], json.ends[field])
      const value = kind === KIND.text ? text : Number(text)
      if (field === this.#time) {
        timeMs = parseTimeMs(value)
        if (Number.isNaN(timeMs)) return undefined
      } else if (faultOf(spec, value) !== undefined) return undefined
    }
    const key = row.toString('latin1', json.starts[this.#key], json.ends[this.#key])
    return { key, value: row, timeMs }
  }

  #isRequired(row: Buffer, field: number): boolean {
    const required = this.#required[field]
    if (typeof required === 'boolean') return required
    const { kinds, starts, ends } = this.#json
    const { field: other, equals } = required
    return (
      kinds[other] === KIND.text &&
      ends[other] - starts[other] === equals.length &&
      hasAt(row, starts[other], equals)
    )
  }
}
