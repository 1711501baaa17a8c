// The memory of the compiled short way: what goes in, what comes out, and what a schema and its columns are to it.
import { currencies } from '../../data/event-rules.ts'
import type { EventSchema } from '../../data/schema.ts'
import { Arena } from './arena.ts'
import * as at from './assembly/layout.ts'
import type { Columns } from './columns.ts'
import { FINGERPRINT_WORDS } from './fingerprint.ts'
import type { ShortWay } from './module.ts'
import {
  bitsOf,
  type ColumnPlaces,
  keysOf,
  keyText,
  putConditions,
  putTable,
  takeTable,
  writeAvro,
  writeFields,
  writeKeys,
} from './scan-structures.ts'
import type { AvroField } from './value.ts'

/** Records read by one call, and the bytes of their values: what stays in a processor's nearer caches. */
export const RECORDS_MAX = 1024
export const INPUT_BYTES = 256 << 10
/** Texts of a field whose codes the short way is told; those of a field that has more are looked up outside. */
export const CODES_MAX = 256
/** After the input: no text and no number goes on behind it. */
const QUOTES_BYTES = 1024
const QUOTE = 0x22

/** Addresses of what goes in and what comes out, by record or row. */
export interface ScanPlaces extends ColumnPlaces {
  readonly scan: number
  /** Up to here everything stays the same from call to call, or is learned. */
  readonly structuresEnd: number
  readonly input: number
  readonly starts: number
  readonly ends: number
  readonly takenMs: number
}

/** Whether the short way can hold the schema and fill the columns. */
export function isPossible(schema: EventSchema, columns: Columns): boolean {
  return (
    keysOf(schema).length <= at.FIELDS_MAX &&
    keysOf(schema).every((name) => keyText(name).length <= at.KEY_TEXT_MAX) &&
    schema.fields.every(({ name, kind, decimals = 0 }) => {
      if (kind === 'integer' && decimals > 0) return false
      if (columns.text.has(name)) return kind === 'string' && !columns.numbers.has(name)
      return !columns.numbers.has(name) || kind === 'integer' || kind === 'decimal'
    })
  )
}

/** Writes what stays the same from call to call. */
export function writeScan(
  shortWay: ShortWay,
  schema: EventSchema,
  columns: Columns,
  avro: readonly AvroField[],
): ScanPlaces {
  const arena = new Arena(shortWay.memory)
  const names = schema.fields.map(({ name }) => name)
  const keyNames = keysOf(schema)
  const structures = {
    scan: arena.take(at.SCAN_BYTES),
    // And one for the fields nobody asks for.
    fields: arena.take((keyNames.length + 1) * at.FIELD_BYTES),
    keys: arena.take(at.KEYS_MAX * at.KEY_BYTES),
    avro: arena.take(avro.length * at.AVRO_FIELD_BYTES),
    codes: mapOf(names, columns.text, () => takeTable(arena, CODES_MAX)),
    known: schema.fields.map(({ format }) =>
      format === 'iso4217' ? putTable(arena, shortWay, currencies) : 0,
    ),
    conditions: keyNames.map((name) => putConditions(arena, schema, name)),
  }
  const structuresEnd = arena.end
  const { scan, fields, codes } = structures
  const column = (bytes: number) => arena.take(bytes * RECORDS_MAX)
  const places = {
    scan,
    structuresEnd,
    input: arena.put(new Uint8Array(INPUT_BYTES + QUOTES_BYTES).fill(QUOTE)),
    starts: column(4),
    ends: column(4),
    takenMs: column(8),
    timeMs: column(8),
    ids: columns.hasIds ? column(4 * FINGERPRINT_WORDS) : 0,
    texts: mapOf(names, columns.text, (name) => ({
      codes: column(4),
      heads: column(at.HEAD_BYTES),
      hashes: column(4),
      table: codes.get(name) ?? 0,
      tableAddress: fields + names.indexOf(name) * at.FIELD_BYTES + at.FIELD_CODES,
    })),
    numbers: mapOf(names, columns.numbers, () => column(8)),
  }
  const { view } = arena
  writeFields(view, schema, places, structures)
  writeKeys(view, schema, fields, structures.keys)
  writeAvro(view, schema, avro, structures)
  const set = (offset: number, value: number) => view.setUint32(scan + offset, value, true)
  set(at.SCAN_FIELDS, fields)
  set(at.SCAN_KEYS, structures.keys)
  set(at.SCAN_KEY_COUNT, keyNames.length)
  set(at.SCAN_OTHER_FIELD, fields + keyNames.length * at.FIELD_BYTES)
  set(at.SCAN_AVRO, structures.avro)
  set(at.SCAN_AVRO_COUNT, avro.length)
  set(at.SCAN_STARTS, places.starts)
  set(at.SCAN_ENDS, places.ends)
  set(at.SCAN_TAKEN_MS, places.takenMs)
  const isUsed = (name: string) =>
    columns.text.has(name) ||
    columns.numbers.has(name) ||
    (columns.hasIds && name === schema.idField)
  const required = schema.fields.map((field) => field.required === true)
  view.setBigUint64(scan + at.SCAN_USED, bitsOf(names.map(isUsed)), true)
  view.setBigUint64(scan + at.SCAN_REQUIRED, bitsOf(required), true)
  return places
}

function mapOf<T>(
  names: readonly string[],
  columns: ReadonlyMap<string, unknown>,
  make: (name: string) => T,
): Map<string, T> {
  return new Map(names.filter((name) => columns.has(name)).map((name) => [name, make(name)]))
}
