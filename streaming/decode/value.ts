// Bytes of a record → the object they stand for, or why they stand for none. JSON, or Avro in Confluent's wire format.
import { isUtf8 } from 'node:buffer'
import { FAULT_REASONS } from '../../data/event-rules.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'

export const REJECT_REASONS = [
  ...FAULT_REASONS,
  'json',
  'utf8',
  'empty',
  'tombstone',
  'too_large',
  'avro',
  'future',
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** Why a record is no event. */
export class Rejection {
  readonly reason: RejectReason
  /** What was expected and what was got. */
  readonly detail: string
  /** Empty: the record as a whole. */
  readonly field: string

  constructor(reason: RejectReason, detail: string, field = '') {
    this.reason = reason
    this.detail = detail
    this.field = field
  }
}

export type EventObject = Readonly<Record<string, unknown>>

/** One field as Avro writes it; `nullBranch`: of null in a union of two, undefined where there is no union. */
export interface AvroField {
  readonly name: string
  readonly type: 'string' | 'int' | 'long' | 'double'
  readonly nullBranch?: 0 | 1 | undefined
}

export interface AvroDecoder {
  /** Decodes a value (what follows Confluent's header). Throws when the bytes do not fit the schema. */
  decode(bytes: Uint8Array): EventObject | Rejection
  /** The schema's fields in their order; undefined when only `decode` can read some of them. */
  readonly fields: readonly AvroField[] | undefined
}

/** First byte of Confluent's wire format, then the schema's id in four; no JSON text begins with it. */
const CONFLUENT_MAGIC = 0
const CONFLUENT_HEADER_BYTES = 5

const TOMBSTONE = new Rejection('tombstone', 'expected an event, got a record without a value')
const EMPTY = new Rejection('empty', 'expected an event, got an empty value')
export const NOT_UTF8 = new Rejection('utf8', 'expected UTF-8, got other bytes')

/** The object of record `index`, or why it has none. */
export function readValue(
  batch: RecordBatch,
  index: number,
  maxBytes: number,
  avro: AvroDecoder,
): EventObject | Rejection {
  const start = batch.starts[index]
  const end = batch.ends[index]
  if (start < 0) return TOMBSTONE
  if (start === end) return EMPTY
  const sizeBytes = end - start
  if (sizeBytes > maxBytes) {
    return new Rejection('too_large', `expected at most ${maxBytes} bytes, got ${sizeBytes}`)
  }
  if (batch.bytes[start] === CONFLUENT_MAGIC)
    return readAvro(batch.bytes.subarray(start, end), avro)
  return readJson(batch.bytes, start, end)
}

function readJson(bytes: Uint8Array, start: number, end: number): EventObject | Rejection {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
  // Wrong UTF-8 becomes U+FFFD in silence; the bytes are looked at again only when there is one.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) return NOT_UTF8
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return new Rejection('json', `expected JSON: ${(error as Error).message}`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as EventObject
  const got = Array.isArray(value) ? 'an array' : JSON.stringify(value)
  return new Rejection('json', `expected a JSON object, got ${got.slice(0, 60)}`)
}

function readAvro(bytes: Uint8Array, avro: AvroDecoder): EventObject | Rejection {
  try {
    return avro.decode(bytes.subarray(CONFLUENT_HEADER_BYTES))
  } catch (error) {
    return new Rejection('avro', `expected Avro of the events schema: ${(error as Error).message}`)
  }
}
