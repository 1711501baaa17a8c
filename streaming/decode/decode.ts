// Record batch → columns. Every field the schema names is checked, the fields the pipeline uses become columns, and a
// record that is no event is told with its reason. Pure: the wall clock is an argument.
import { faultOf, isAbsent, isRequired, missing, scaledInteger } from '../../data/event-rules.ts'
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import { parseTimeMs } from '../../data/time.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import type { Columns, NumberColumn, TextColumn } from './columns.ts'
import { ABSENT } from './dictionary.ts'
import { FastEventReader } from './fast-event.ts'
import { FINGERPRINT_WORDS, fingerprint } from './fingerprint.ts'
import { type AvroDecoder, type EventObject, Rejection, readValue } from './value.ts'

export interface DecodeLimits {
  /** Larger values are no events. */
  readonly valueBytesMax: number
  /** How far ahead of the time at which the log took it an event may be. */
  readonly maxAheadMs: number
  /** One further ahead is no event, counts as of when the log took it, or counts as it is. */
  readonly ahead: 'reject' | 'clamp' | 'accept'
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
  readonly #idField: string | undefined

  constructor(schema: EventSchema, columns: Columns, limits: DecodeLimits, avro: AvroDecoder) {
    this.#columns = columns
    this.#limits = limits
    this.#avro = avro
    this.#fast = new FastEventReader(schema, columns, limits, avro.fields)
    this.#timeField = schema.timeField
    this.#idField = columns.hasIds ? schema.idField : undefined
    this.#readers = schema.fields.map((spec) => {
      const text = columns.text.get(spec.name)
      const number = columns.numbers.get(spec.name)
      return { spec, ...(text && { text }), ...(number && { number }) }
    })
  }

  /**
   * Fills the columns with the events of the batch, in its order; answers the records that are none. An event is from the
   * future by the time at which the log took it, which a replay decides as the first reading did, or by the wall clock
   * (`nowMs`, epoch milliseconds) where the log does not know, or is itself ahead.
   */
  decode(batch: RecordBatch, nowMs: number): RejectedRecord[] {
    const columns = this.#columns
    columns.reset(batch.count)
    const rejected: RejectedRecord[] = []
    const fast = this.#fast
    fast.begin()
    for (let index = 0; index < batch.count; index++) {
      index = fast.read(batch, index, nowMs)
      if (index === batch.count) break
      const value = readValue(batch, index, this.#limits.valueBytesMax, this.#avro)
      const takenMs = batch.appendedMs[index] < nowMs ? batch.appendedMs[index] : nowMs
      const rejection =
        value instanceof Rejection ? value : this.#readEvent(value, columns.count, takenMs)
      if (rejection === undefined) columns.record[columns.count++] = index
      else rejected.push({ index, rejection })
    }
    return rejected
  }

  /** Writes the event's fields at `row`; a rejected event leaves nothing behind, as `row` is written again. */
  #readEvent(event: EventObject, row: number, takenMs: number): Rejection | undefined {
    const readers = this.#readers
    for (let i = 0; i < readers.length; i++) {
      const { spec, text, number } = readers[i]
      const value = event[spec.name]
      if (isAbsent(value)) {
        if (isRequired(spec, event)) return rejectionOf(missing(spec))
        if (text !== undefined) text.codes[row] = ABSENT
        if (number !== undefined) number.values[row] = Number.NaN
        if (spec.name === this.#idField) this.#readId('', row)
        continue
      }
      const fault = faultOf(spec, value)
      if (fault !== undefined) return rejectionOf(fault)
      if (spec.name === this.#idField) this.#readId(value as string, row)
      if (text !== undefined) text.codes[row] = text.dictionary.codeOf(value as string)
      else if (number !== undefined)
        number.values[row] = scaledInteger(value as number, spec.decimals ?? 0)
      else if (spec.name === this.#timeField) {
        const timeMs = parseTimeMs(value as number | string)
        const isAhead = timeMs > takenMs + this.#limits.maxAheadMs
        const { ahead } = this.#limits
        if (isAhead && ahead === 'reject') return this.#future(spec, timeMs, takenMs)
        this.#columns.timeMs[row] = isAhead && ahead === 'clamp' ? takenMs : timeMs
      }
    }
    return undefined
  }

  #readId(id: string, row: number): void {
    const bytes = Buffer.from(id, 'utf8')
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    fingerprint(view, 0, bytes.length, this.#columns.ids, row * FINGERPRINT_WORDS)
  }

  #future(spec: FieldSpec, timeMs: number, takenMs: number): Rejection {
    const aheadS = Math.round((timeMs - takenMs) / 1000)
    const allowedS = this.#limits.maxAheadMs / 1000
    const expected = `expected at most ${allowedS} s ahead of when the log took it`
    return new Rejection('future', `${spec.name}: ${expected}, got ${aheadS} s`, spec.name)
  }
}

const rejectionOf = (fault: {
  reason: Rejection['reason']
  detail: string
  field: string
}): Rejection => new Rejection(fault.reason, fault.detail, fault.field)
