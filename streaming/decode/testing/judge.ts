// For tests: what a decoder makes of values, and what JSON.parse and the rules of events alone make of the same.
import { checkEvent, isAbsent, scaledInteger } from '../../../data/event-rules.ts'
import type { EventSchema } from '../../../data/schema.ts'
import { parseTimeMs } from '../../../data/time.ts'
import { batchFromBlobs, encodeValues } from '../../../stores/event-log/batch.ts'
import type { RecordBatch } from '../../../stores/event-log/event-log.ts'
import { Columns, type TextColumn } from '../columns.ts'
import { type DecodeLimits, Decoder } from '../decode.ts'
import { Dictionary } from '../dictionary.ts'
import { FastEventReader } from '../fast-event.ts'
import { FINGERPRINT_WORDS, fingerprint } from '../fingerprint.ts'
import type { AvroDecoder } from '../value.ts'

export const NOW_MS = Date.UTC(2026, 0, 1)
const LIMITS: DecodeLimits = { valueBytesMax: 1 << 20, maxAheadMs: 300_000, ahead: 'reject' }
const NO_AVRO: AvroDecoder = {
  decode: () => {
    throw new Error('no Avro here')
  },
  fields: undefined,
}

/** An event's fields that have columns, its time, and its id's fingerprint; or that there is none. */
export type Read = Readonly<Record<string, string | number>> | 'rejected'

/** A decoder that goes on from batch to batch, as a job's does. */
export class Decoding {
  readonly #schema: EventSchema
  readonly #columns: Columns
  readonly #decoder: Decoder

  /** `names`: the fields that become columns. */
  constructor(schema: EventSchema, names: readonly string[], avro: AvroDecoder = NO_AVRO) {
    const columns = columnsOf(schema, names)
    this.#schema = schema
    this.#columns = columns
    this.#decoder = new Decoder(schema, columns, LIMITS, avro)
  }

  read(batch: RecordBatch): Read[] {
    const reads = new Array<Read>(batch.count)
    for (const { index } of this.#decoder.decode(batch, NOW_MS)) reads[index] = 'rejected'
    for (let row = 0; row < this.#columns.count; row++)
      reads[this.#columns.record[row]] = this.#row(row)
    return reads
  }

  /** A column of the batch read last. */
  textColumn(name: string): TextColumn {
    return this.#columns.textColumn(name)
  }

  #row(row: number): Read {
    const { timeMs, text, numbers, ids, hasIds } = this.#columns
    const read: Record<string, string | number> = { [this.#schema.timeField]: timeMs[row] }
    for (const [name, { dictionary, codes }] of text) read[name] = dictionary.textOf(codes[row])
    for (const [name, { values }] of numbers) read[name] = values[row]
    const at = row * FINGERPRINT_WORDS
    if (hasIds) read.fingerprint = ids.subarray(at, at + FINGERPRINT_WORDS).join()
    return read
  }
}

/** How many of the values the short way takes, from the first on. */
export function takenFast(
  schema: EventSchema,
  names: readonly string[],
  values: readonly Uint8Array[],
  avro: AvroDecoder['fields'] = undefined,
): number {
  const columns = columnsOf(schema, names)
  columns.reset(values.length)
  const reader = new FastEventReader(schema, columns, LIMITS, avro)
  reader.begin()
  return reader.read(batchOfBytes(values), 0, NOW_MS)
}

/** The same by JSON.parse and the rules alone. */
export function judged(schema: EventSchema, names: readonly string[], bytes: Uint8Array): Read {
  let event: Record<string, unknown>
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return 'rejected'
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'rejected'
  return judgedEvent(schema, names, event)
}

export function judgedEvent(
  schema: EventSchema,
  names: readonly string[],
  event: Readonly<Record<string, unknown>>,
): Read {
  if (checkEvent(schema, event) !== undefined) return 'rejected'
  const timeMs = parseTimeMs(event[schema.timeField] as string | number)
  if (timeMs > NOW_MS + LIMITS.maxAheadMs) return 'rejected'
  const read: Record<string, string | number> = { [schema.timeField]: timeMs }
  for (const { name, kind, decimals = 0 } of schema.fields) {
    if (!names.includes(name)) continue
    const value = event[name]
    if (kind === 'string') read[name] = isAbsent(value) ? 'unknown' : wellFormed(value as string)
    else read[name] = isAbsent(value) ? Number.NaN : scaledInteger(value as number, decimals)
  }
  if (schema.idField !== undefined) read.fingerprint = fingerprintOf(event[schema.idField] ?? '')
  return read
}

export function batchOfBytes(values: readonly (Uint8Array | null)[]): RecordBatch {
  const bytes = encodeValues(values)
  const blob = { baseOffset: 0, count: values.length, appendedMs: Number.NaN, bytes }
  return batchFromBlobs(0, 0, [blob])
}

function columnsOf(schema: EventSchema, names: readonly string[]): Columns {
  const used = schema.fields.filter(({ name }) => names.includes(name))
  const texts = used.filter(({ kind }) => kind === 'string')
  const numbers = used.filter(({ kind }) => kind === 'integer' || kind === 'decimal')
  return new Columns(
    new Map(texts.map(({ name }) => [name, new Dictionary(name)])),
    numbers.map(({ name }) => name),
    { hasIds: schema.idField !== undefined },
  )
}

const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

function fingerprintOf(id: unknown): string {
  const bytes = Uint8Array.from(Buffer.from(id as string, 'utf8'))
  const out = new Int32Array(FINGERPRINT_WORDS)
  fingerprint(new DataView(bytes.buffer), 0, bytes.length, out, 0)
  return out.join()
}
