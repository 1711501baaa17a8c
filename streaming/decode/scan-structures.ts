// The structures of assembly/layout.ts: fields with their rules, keys, tables of texts, Avro's order of fields.
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import type { Arena } from './arena.ts'
import * as at from './assembly/layout.ts'
import { writeHead } from './head.ts'
import type { ShortWay } from './module.ts'
import type { AvroField } from './value.ts'

/** Addresses of what comes out, by row. */
export interface ColumnPlaces {
  readonly timeMs: number
  /** 0: ids are not asked for. */
  readonly ids: number
  /** By name of the field. */
  readonly texts: ReadonlyMap<string, TextPlaces>
  readonly numbers: ReadonlyMap<string, number>
}

export interface TextPlaces {
  readonly codes: number
  readonly heads: number
  readonly hashes: number
  /** TABLE of the codes that are told; and where its address is. */
  readonly table: number
  readonly tableAddress: number
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

/** The fields of the schema, then those that only rules of others name, then what stands for all others. */
export function writeFields(
  view: DataView,
  schema: EventSchema,
  places: ColumnPlaces,
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
    const out = text?.codes ?? places.numbers.get(name) ?? (isTime ? places.timeMs : 0)
    const ids = name === schema.idField ? places.ids : 0
    set(at.FIELD_KIND, KINDS[kind])
    set(at.FIELD_DECIMALS, spec.decimals ?? 0)
    view.setFloat64(field + at.FIELD_MINIMUM, scaledMinimum(spec), true)
    view.setFloat64(field + at.FIELD_MAXIMUM, -scaledMinimum(negated(spec)), true)
    view.setBigUint64(field + at.FIELD_BIT, 1n << BigInt(i), true)
    set(at.FIELD_OUT, out)
    set(at.FIELD_HEADS, text?.heads ?? 0)
    set(at.FIELD_HASHES, text?.hashes ?? 0)
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
export function keysOf(schema: EventSchema): string[] {
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
export function putConditions(arena: Arena, schema: EventSchema, name: string): number {
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
export function takeTable(arena: Arena, count: number): number {
  const slots = 2 ** Math.ceil(Math.log2(count * 2 + 1))
  const table = arena.take(at.TABLE_SLOTS + slots * at.TABLE_SLOT_BYTES)
  arena.view.setUint32(table + at.TABLE_MASK, slots - 1, true)
  return table
}

export function putTable(arena: Arena, shortWay: ShortWay, texts: ReadonlySet<string>): number {
  const table = takeTable(arena, texts.size)
  const head = arena.take(at.HEAD_BYTES)
  const bytes = new Uint8Array(arena.view.buffer, head, at.HEAD_BYTES)
  for (const one of texts) {
    const text = Buffer.from(one)
    writeHead(text, 0, text.length, bytes)
    shortWay.addText(table, head, 1)
  }
  return table
}

/** The keys that are known from the beginning. The one before the first of an object has no text. */
export function writeKeys(view: DataView, schema: EventSchema, fields: number, keys: number): void {
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

export function writeAvro(
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

export const keyText = (name: string): Uint8Array => Buffer.from(`${name}":`)

export const bitsOf = (flags: readonly boolean[]): bigint =>
  flags.reduce((bits, flag, i) => (flag ? bits | (1n << BigInt(i)) : bits), 0n)
