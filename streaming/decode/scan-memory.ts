// The structures of assembly/layout.ts in memory: what a schema and its columns are to the compiled short way.
import { currencies } from '../../data/event-rules.ts'
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import { Arena } from './arena.ts'
import * as at from './assembly/layout.ts'
import type { Columns } from './columns.ts'
import { FINGERPRINT_WORDS } from './fingerprint.ts'
import type { ShortWay } from './module.ts'
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
export interface ScanPlaces {
  readonly scan: number
  /** Up to here everything stays the same from call to call, or is learned. */
  readonly structuresEnd: number
  readonly input: number
  readonly starts: number
  readonly ends: number
  readonly takenMs: number
  readonly timeMs: number
  /** 0: ids are not asked for. */
  readonly ids: number
  /** By name of the field. */
  readonly texts: ReadonlyMap<string, TextPlaces>
  readonly numbers: ReadonlyMap<string, number>
}

export interface TextPlaces {
  readonly places: number
  /** TABLE of the codes that are told; and where its address is. */
  readonly codes: number
  readonly codesAddress: number
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
      places: column(at.PLACE_BYTES),
      codes: codes.get(name) ?? 0,
      codesAddress: fields + names.indexOf(name) * at.FIELD_BYTES + at.FIELD_CODES,
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

/** Addresses of what stays the same. */
interface Structures {
  readonly scan: number
  readonly fields: number
  readonly avro: number
  /** TABLEs by name of the field. */
  readonly codes: ReadonlyMap<string, number>
  /** By field; 0: none. */
  readonly known: readonly number[]
  readonly conditions: readonly number[]
}

function mapOf<T>(
  names: readonly string[],
  columns: ReadonlyMap<string, unknown>,
  make: (name: string) => T,
): Map<string, T> {
  return new Map(names.filter((name) => columns.has(name)).map((name) => [name, make(name)]))
}

/** The fields of the schema, then those that only rules of others name, then what stands for all others. */
function writeFields(
  view: DataView,
  schema: EventSchema,
  places: ScanPlaces,
  { fields, codes, known, conditions }: Structures,
): void {
  conditions.forEach((condition, i) => {
    view.setUint32(fields + i * at.FIELD_BYTES + at.FIELD_CONDITION, condition, true)
    view.setUint32(fields + i * at.FIELD_BYTES + at.FIELD_RAW, condition === 0 ? 0 : 1, true)
  })
  schema.fields.forEach((spec, i) => {
    const { name, kind } = spec
    const field = fields + i * at.FIELD_BYTES
    const set = (offset: number, value: number) => view.setUint32(field + offset, value, true)
    const text = places.texts.get(name)
    const isTime = name === schema.timeField
    const out = text?.places ?? places.numbers.get(name) ?? (isTime ? places.timeMs : 0)
    const ids = name === schema.idField ? places.ids : 0
    set(at.FIELD_KIND, KINDS[kind])
    set(at.FIELD_DECIMALS, spec.decimals ?? 0)
    view.setFloat64(field + at.FIELD_MINIMUM, scaledMinimum(spec), true)
    view.setFloat64(field + at.FIELD_MAXIMUM, -scaledMinimum(negated(spec)), true)
    view.setBigUint64(field + at.FIELD_BIT, 1n << BigInt(i), true)
    set(at.FIELD_OUT, out)
    set(at.FIELD_IDS, ids)
    set(at.FIELD_KNOWN, known[i])
    set(at.FIELD_CODES, codes.get(name) ?? 0)
    if (kind === 'time' || out + ids + known[i] > 0) set(at.FIELD_RAW, 1)
  })
}

const KINDS = {
  string: at.KIND_TEXT,
  integer: at.KIND_NUMBER,
  decimal: at.KIND_NUMBER,
  time: at.KIND_TIME,
} as const

/** Names of the fields of the schema, then of fields that only rules of others name. */
function keysOf(schema: EventSchema): string[] {
  const deciding = schema.fields.flatMap(({ required }) =>
    typeof required === 'object' ? [required.field] : [],
  )
  return [...new Set([...schema.fields.map(({ name }) => name), ...deciding])]
}

/** The smallest scaled number whose value is not below the minimum. */
function scaledMinimum({ minimum, decimals = 0 }: FieldSpec): number {
  if (minimum === undefined) return Number.NEGATIVE_INFINITY
  const scale = 10 ** decimals
  let scaled = Math.round(minimum * scale)
  while (scaled / scale < minimum) scaled++
  while ((scaled - 1) / scale >= minimum) scaled--
  return scaled
}

/** The same field for negated numbers, where the maximum is the minimum. */
const negated = ({ maximum, minimum: _, ...spec }: FieldSpec): FieldSpec =>
  maximum === undefined ? spec : { ...spec, minimum: -maximum }

/** What is required where a text of the field `name` is a certain one; 0: nothing. */
function putConditions(arena: Arena, schema: EventSchema, name: string): number {
  const rules = schema.fields.map(({ required }) =>
    typeof required === 'object' && required.field === name ? required.equals : undefined,
  )
  let next = 0
  for (const equals of new Set(rules)) {
    if (equals === undefined) continue
    const text = Buffer.from(equals)
    const textAt = arena.put(text)
    const condition = arena.take(at.CONDITION_BYTES)
    const { view } = arena
    view.setUint32(condition + at.CONDITION_NEXT, next, true)
    view.setUint32(condition + at.CONDITION_TEXT, textAt, true)
    view.setUint32(condition + at.CONDITION_LENGTH, text.length, true)
    const required = bitsOf(rules.map((rule) => rule === equals))
    view.setBigUint64(condition + at.CONDITION_REQUIRED, required, true)
    next = condition
  }
  return next
}

/** The address of an empty TABLE for `count` texts. */
function takeTable(arena: Arena, count: number): number {
  const slots = 2 ** Math.ceil(Math.log2(count * 2 + 1))
  const table = arena.take(at.TABLE_SLOTS + slots * at.TABLE_SLOT_BYTES)
  arena.view.setUint32(table + at.TABLE_MASK, slots - 1, true)
  return table
}

function putTable(arena: Arena, shortWay: ShortWay, texts: ReadonlySet<string>): number {
  const table = takeTable(arena, texts.size)
  const text = arena.take(at.TABLE_TEXT_MAX)
  const bytes = Buffer.from(arena.view.buffer, text, at.TABLE_TEXT_MAX)
  for (const one of texts) shortWay.addText(table, text, bytes.write(one), 1)
  return table
}

/** The keys that are known from the beginning. The one before the first of an object has no text. */
function writeKeys(view: DataView, schema: EventSchema, fields: number, keys: number): void {
  const bytes = new Uint8Array(view.buffer)
  keysOf(schema).forEach((name, i) => {
    const key = keys + (i + 1) * at.KEY_BYTES
    const text = keyText(name)
    bytes.set(text, key + at.KEY_TEXT)
    bytes.fill(0xff, key + at.KEY_MASK, key + at.KEY_MASK + Math.min(text.length, 16))
    view.setUint32(key + at.KEY_LENGTH, text.length, true)
    view.setUint32(key + at.KEY_FIELD, fields + i * at.FIELD_BYTES, true)
  })
}

function writeAvro(
  view: DataView,
  schema: EventSchema,
  avro: readonly AvroField[],
  structures: Structures,
): void {
  const names = keysOf(schema)
  avro.forEach(({ name, type, nullBranch = at.NO_UNION }, i) => {
    const field = names.includes(name) ? names.indexOf(name) : names.length
    const avroField = structures.avro + i * at.AVRO_FIELD_BYTES
    view.setUint32(avroField + at.AVRO_FIELD, structures.fields + field * at.FIELD_BYTES, true)
    view.setUint32(avroField + at.AVRO_TYPE, TYPES[type], true)
    view.setUint32(avroField + at.AVRO_NULL, nullBranch, true)
  })
}

const TYPES = {
  string: at.TYPE_STRING,
  int: at.TYPE_LONG,
  long: at.TYPE_LONG,
  double: at.TYPE_DOUBLE,
} as const

const keyText = (name: string): Uint8Array => Buffer.from(`${name}":`)

const bitsOf = (flags: readonly boolean[]): bigint =>
  flags.reduce((bits, flag, i) => (flag ? bits | (1n << BigInt(i)) : bits), 0n)
