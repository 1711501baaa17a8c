// Record batch → columns. Every field the schema names is checked, the fields the pipeline uses become columns, and a
// record that is no event is told with its reason. Pure: the wall clock is an argument.
import { faultOf, isAbsent, isRequired, missing, scaledInteger } from '../../data/event-rules.ts'
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import { parseTimeMs } from '../../data/time.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import type { Columns, NumberColumn, TextColumn } from './columns.ts'
import { ABSENT } from './dictionary.ts'
import { FastEventReader } from './fast-event.ts'
import { type AvroDecoder, type EventObject, Rejection, readValue } from './value.ts'

export interface DecodeLimits {
  /** Larger values are no events. */
  readonly valueBytesMax: number
  /** An event further ahead of the wall clock is no event yet. */
  readonly maxAheadMs: number
}

/** A record that is no event, by its index in the batch. */
export interface RejectedRecord {
  readonly index: number
  readonly rejection: Rejection
}

/** How one field gets from the event into the columns; `column` absent: only checked. */
interface FieldReader {
  readonly spec: FieldSpec
  readonly text?: TextColumn
  readonly number?: NumberColumn
}

export class Decoder {
  readonly #readers: readonly FieldReader[]
  readonly #columns: Columns
  readonly #limits: DecodeLimits
  readonly #avro: AvroDecoder
  readonly #fast: FastEventReader
  readonly #timeField: string

  constructor(schema: EventSchema, columns: Columns, limits: DecodeLimits, avro: AvroDecoder) {
    this.#columns = columns
    this.#limits = limits
    this.#avro = avro
    this.#fast = new FastEventReader(schema, columns)
    this.#timeField = schema.timeField
    this.#readers = schema.fields.map((spec) => {
      const text = columns.text.get(spec.name)
      const number = columns.numbers.get(spec.name)
      return { spec, ...(text && { text }), ...(number && { number }) }
    })
  }

  /** Fills the columns with the events of the batch, in its order; answers the records that are none. */
  decode(batch: RecordBatch, nowMs: number): RejectedRecord[] {
    const columns = this.#columns
    columns.reset(batch.count)
    const rejected: RejectedRecord[] = []
    for (let index = 0; index < batch.count; index++) {
      if (this.#readFast(batch, index, nowMs)) {
        columns.record[columns.count++] = index
        continue
      }
      const value = readValue(batch, index, this.#limits.valueBytesMax, this.#avro)
      const rejection =
        value instanceof Rejection ? value : this.#readEvent(value, columns.count, nowMs)
      if (rejection === undefined) columns.record[columns.count++] = index
      else rejected.push({ index, rejection })
    }
    return rejected
  }

  /** Plain events take the short way; true: the event is in the columns. */
  #readFast({ bytes, starts, ends }: RecordBatch, index: number, nowMs: number): boolean {
    const start = starts[index]
    const end = ends[index]
    if (start < 0 || end - start > this.#limits.valueBytesMax) return false
    return this.#fast.read(bytes, start, end, this.#columns.count, nowMs + this.#limits.maxAheadMs)
  }

  /** Writes the event's fields at `row`; a rejected event leaves nothing behind, as `row` is written again. */
  #readEvent(event: EventObject, row: number, nowMs: number): Rejection | undefined {
    const readers = this.#readers
    for (let i = 0; i < readers.length; i++) {
      const { spec, text, number } = readers[i]
      const value = event[spec.name]
      if (isAbsent(value)) {
        if (isRequired(spec, event)) return rejectionOf(missing(spec))
        if (text !== undefined) text.codes[row] = ABSENT
        if (number !== undefined) number.values[row] = Number.NaN
        continue
      }
      const fault = faultOf(spec, value)
      if (fault !== undefined) return rejectionOf(fault)
      if (text !== undefined) text.codes[row] = text.dictionary.codeOf(value as string)
      else if (number !== undefined)
        number.values[row] = scaledInteger(value as number, spec.decimals ?? 0)
      else if (spec.name === this.#timeField) {
        const timeMs = parseTimeMs(value as number | string)
        if (timeMs > nowMs + this.#limits.maxAheadMs) return this.#future(spec, timeMs, nowMs)
        this.#columns.timeMs[row] = timeMs
      }
    }
    return undefined
  }

  #future(spec: FieldSpec, timeMs: number, nowMs: number): Rejection {
    const aheadS = Math.round((timeMs - nowMs) / 1000)
    const expected = `expected at most ${this.#limits.maxAheadMs / 1000} s ahead of the wall clock`
    return new Rejection('future', `${spec.name}: ${expected}, got ${aheadS} s`, spec.name)
  }
}

const rejectionOf = (fault: {
  reason: Rejection['reason']
  detail: string
  field: string
}): Rejection => new Rejection(fault.reason, fault.detail, fault.field)
