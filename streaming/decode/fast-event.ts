// Bytes → columns without objects, for events that are plain JSON and keep every rule: the compiled short way, many
// records a call. It only ever accepts: what it does not take, whole or broken, the full reader judges. (So a rejection
// always has the full reader's words.)
import type { EventSchema } from '../../data/schema.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import type { Columns } from './columns.ts'
import { FINGERPRINT_WORDS } from './fingerprint.ts'
import { type ShortWay, shortWay } from './module.ts'
import { INPUT_BYTES, isPossible, RECORDS_MAX, type ScanPlaces, writeScan } from './scan-memory.ts'
import { TextPlacesReader } from './text-places.ts'
import type { AvroField } from './value.ts'

export interface FastLimits {
  /** Larger values are not taken. */
  readonly valueBytesMax: number
  /** Events that are further ahead of when the log took them are not taken. */
  readonly maxAheadMs: number
}

/** What is in memory by row or record, as arrays. */
interface Shared {
  readonly places: ScanPlaces
  readonly input: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly takenMs: Float64Array
  readonly timeMs: Float64Array
  readonly ids: Int32Array
  readonly texts: readonly TextPlacesReader[]
  readonly numbers: readonly {
    readonly column: { values: Float64Array }
    readonly values: Float64Array
  }[]
}

/** Whose structures are in the memory of the short way. */
let owner: FastEventReader | undefined

export class FastEventReader {
  readonly #schema: EventSchema
  readonly #columns: Columns
  readonly #limits: FastLimits
  readonly #avro: readonly AvroField[]
  readonly #shortWay: ShortWay | undefined
  #shared: Shared | undefined
  /** What was in memory when another took it over. */
  #structures = new Uint8Array(0)
  /** The records whose bytes are in memory, and how far these have moved. */
  #from = 0
  #to = 0
  #shift = 0

  /** `avro`: how Avro writes the fields; none: Avro is not taken. */
  constructor(
    schema: EventSchema,
    columns: Columns,
    limits: FastLimits,
    avro: readonly AvroField[] = [],
  ) {
    this.#avro = avro
    this.#schema = schema
    this.#columns = columns
    this.#limits = limits
    this.#shortWay = isPossible(schema, columns) ? shortWay() : undefined
  }

  /** To be called before the first `read` of a batch. */
  begin(): void {
    this.#to = 0
  }

  /** Appends records from `from` on to the columns, up to the first not taken; answers which that is, or the count. */
  read(batch: RecordBatch, from: number, nowMs: number): number {
    if (this.#shortWay === undefined) return from
    const shared = this.#own(this.#shortWay)
    for (let next = from; ; ) {
      if (next >= this.#to) this.#load(batch, next, shared)
      if (next === this.#to) return next
      const end =
        this.#shortWay.read(
          shared.places.scan,
          next - this.#from,
          this.#to - this.#from,
          0,
          this.#shift,
          nowMs,
          this.#limits.maxAheadMs,
        ) + this.#from
      this.#append(shared, next, end)
      if (end < this.#to) return end
      next = end
    }
  }

  /** Takes the memory over from the decoder that had it, which goes on later where it was. */
  #own(shortWay: ShortWay): Shared {
    if (owner === this && this.#shared !== undefined) return this.#shared
    const { buffer } = shortWay.memory
    if (owner !== undefined) owner.#leave(buffer)
    owner = this
    // Memory that has grown since is another buffer.
    if (this.#shared?.input.buffer === buffer) new Uint8Array(buffer).set(this.#structures)
    else this.#shared = sharedWith(shortWay, this.#schema, this.#columns, this.#avro)
    return this.#shared
  }

  #leave(buffer: ArrayBuffer): void {
    const sizeBytes = this.#shared?.places.structuresEnd ?? 0
    if (this.#structures.length === 0) this.#structures = new Uint8Array(sizeBytes)
    this.#structures.set(new Uint8Array(buffer, 0, sizeBytes))
  }

  /** Copies as many records from `from` on as there is room for. None: that one is too large, or has no value. */
  #load(
    { bytes, count, starts, ends, appendedMs }: RecordBatch,
    from: number,
    shared: Shared,
  ): void {
    const { valueBytesMax } = this.#limits
    const limit = Math.min(count, from + RECORDS_MAX)
    const first = starts[from]
    let end = first
    let to = from
    for (; to < limit; to++) {
      const recordEnd = ends[to]
      const isTaken =
        first >= 0 &&
        starts[to] >= end &&
        recordEnd - starts[to] <= valueBytesMax &&
        recordEnd - first <= INPUT_BYTES
      if (!isTaken) break
      end = recordEnd
    }
    this.#from = from
    this.#to = to
    if (to === from) return
    this.#shift = shared.places.input - first
    shared.input.set(bytes.subarray(first, end))
    shared.starts.set(starts.subarray(from, to))
    shared.ends.set(ends.subarray(from, to))
    shared.takenMs.set(appendedMs.subarray(from, to))
  }

  /** Appends the rows in memory, of records `from` to `to`, to the columns. */
  #append(shared: Shared, from: number, to: number): void {
    const columns = this.#columns
    const row = columns.count
    const count = to - from
    columns.timeMs.set(shared.timeMs.subarray(0, count), row)
    if (columns.hasIds)
      columns.ids.set(shared.ids.subarray(0, count * FINGERPRINT_WORDS), row * FINGERPRINT_WORDS)
    for (const { column, values } of shared.numbers)
      column.values.set(values.subarray(0, count), row)
    for (const texts of shared.texts) texts.read(count, row)
    const { record } = columns
    for (let i = 0; i < count; i++) record[row + i] = from + i
    columns.count = row + count
  }
}

function sharedWith(
  shortWay: ShortWay,
  schema: EventSchema,
  columns: Columns,
  avro: readonly AvroField[],
): Shared {
  const places = writeScan(shortWay, schema, columns, avro)
  const { buffer } = shortWay.memory
  return {
    places,
    input: new Uint8Array(buffer, places.input, INPUT_BYTES),
    starts: new Int32Array(buffer, places.starts, RECORDS_MAX),
    ends: new Int32Array(buffer, places.ends, RECORDS_MAX),
    takenMs: new Float64Array(buffer, places.takenMs, RECORDS_MAX),
    timeMs: new Float64Array(buffer, places.timeMs, RECORDS_MAX),
    ids: new Int32Array(buffer, places.ids, columns.hasIds ? RECORDS_MAX * FINGERPRINT_WORDS : 0),
    texts: [...places.texts].map(
      ([name, text]) => new TextPlacesReader(columns.textColumn(name), shortWay, text),
    ),
    numbers: [...places.numbers].map(([name, address]) => ({
      column: columns.numberColumn(name),
      values: new Float64Array(buffer, address, RECORDS_MAX),
    })),
  }
}
