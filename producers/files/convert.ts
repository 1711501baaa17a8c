// A row of a file → the record that is sent, or why it cannot be an event. Pure; the same row gives the same record.
import { isUtf8 } from 'node:buffer'
import { checkEvent, isAbsent } from '../../data/event-rules.ts'
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import { parseTimeMs } from '../../data/time.ts'
import type { CsvRow } from './csv.ts'
import { fieldValue, ID_FIELD, type Mapping } from './mapping.ts'
import { PlainEvents } from './plain-event.ts'
import type { FileRecord } from './record.ts'
import { rowId } from './row-id.ts'
import type { TimeReader } from './time-format.ts'

export interface Rejection {
  readonly position: number
  /** Empty: the row as a whole. */
  readonly field: string
  readonly reason: string
  readonly detail: string
  readonly raw: Uint8Array
}

export interface ConvertSettings {
  readonly schema: EventSchema
  /** Name in the ids of rows that have none. */
  readonly fileName: string
  readonly mapping: Mapping
  /** How event times are written; absent: as events have them. */
  readonly timeReader?: TimeReader
  /** Names of a CSV file's columns. */
  readonly columns?: readonly string[]
  /** False: rows are sent whatever they hold. */
  readonly isChecked: boolean
}

/** The field that records are keyed by. */
const KEY_FIELD = 'user_id'

type Fields = Record<string, unknown>

export const isRejection = (one: FileRecord | Rejection): one is Rejection => 'reason' in one

/** The function that converts rows of one file. */
export function createConverter(
  settings: ConvertSettings,
): (row: CsvRow) => FileRecord | Rejection {
  const { schema, columns, mapping, timeReader, isChecked } = settings
  const convert = parsingConverter(settings)
  const isSentAsItIs =
    isChecked &&
    columns === undefined &&
    timeReader === undefined &&
    mapping.columns.size + mapping.constants.size === 0
  if (!isSentAsItIs) return convert
  const events = new PlainEvents(schema, KEY_FIELD, ID_FIELD)
  return (row) => events.read(row.raw) ?? convert(row)
}

/** The same for rows of every kind, by parsing each of them. */
export function parsingConverter(
  settings: ConvertSettings,
): (row: CsvRow) => FileRecord | Rejection {
  const { schema, timeReader, isChecked } = settings
  const fieldsOf = settings.columns === undefined ? jsonFields(settings) : csvFields(settings)

  return (row) => {
    if (row.fault !== undefined) return unfit(row, 'csv', row.fault)
    const read = fieldsOf(row)
    if (typeof read === 'string') return unfit(row, 'json', read)
    const { fields } = read
    let { isChanged } = read
    if (timeReader !== undefined && !isAbsent(fields[schema.timeField])) {
      const timeMs = timeReader(fields[schema.timeField])
      if (!Number.isNaN(timeMs)) fields[schema.timeField] = timeMs
      else if (isChecked) return misread(row, schema.timeField, fields[schema.timeField])
      isChanged = true
    }
    if (isAbsent(fields[ID_FIELD])) {
      fields[ID_FIELD] = rowId(settings.fileName, row.position)
      isChanged = true
    }
    const fault = isChecked ? checkEvent(schema, fields) : undefined
    if (fault !== undefined) return { ...fault, position: row.position, raw: row.raw }
    const key = fields[KEY_FIELD]
    const time = fields[schema.timeField]
    return {
      key: typeof key === 'string' ? key : '',
      value: isChanged ? Buffer.from(JSON.stringify(fields)) : row.raw,
      timeMs: typeof time === 'number' || typeof time === 'string' ? parseTimeMs(time) : Number.NaN,
    }
  }

  /** A row without fields: rejected, or sent as it is. */
  function unfit(row: CsvRow, reason: string, detail: string): FileRecord | Rejection {
    return isChecked
      ? { position: row.position, field: '', reason, detail, raw: row.raw }
      : { key: '', value: row.raw, timeMs: Number.NaN }
  }
}

const misread = (row: CsvRow, field: string, value: unknown): Rejection => ({
  position: row.position,
  field,
  reason: 'time',
  detail: `${field}: ${JSON.stringify(value)} is not written as --time-format tells`,
  raw: row.raw,
})

/** The fields of a row, or what is wrong with it; `isChanged`: they are no longer those of the file's bytes. */
type FieldsOf = (row: CsvRow) => { fields: Fields; isChanged: boolean } | string

function jsonFields({ schema, mapping }: ConvertSettings): FieldsOf {
  const renames = [...mapping.columns].map(([name, column]) => ({
    name,
    column,
    isText: schema.fields.find((field) => field.name === name)?.kind === 'string',
    // A column that is itself a field stays what it is.
    isMoved: !schema.fields.some((field) => field.name === column),
  }))
  const constants = Object.fromEntries(mapping.constants)
  const isChanged = renames.length > 0 || mapping.constants.size > 0
  return ({ raw }) => {
    if (!isUtf8(raw)) return 'not valid UTF-8'
    const parsed = parseJson(raw.toString())
    if (typeof parsed === 'string') return parsed
    if (!isChanged) return { fields: parsed, isChanged }
    const fields: Fields = { ...parsed }
    for (const { name, column, isText, isMoved } of renames) {
      const value = parsed[column]
      fields[name] = isText && typeof value === 'number' ? String(value) : value
      if (isMoved) delete fields[column]
    }
    return { fields: Object.assign(fields, constants), isChanged }
  }
}

function parseJson(text: string): Fields | string {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Fields
    return `expected a JSON object, got ${text.slice(0, 60)}`
  } catch (error) {
    return `not valid JSON: ${(error as Error).message}`
  }
}

function csvFields({ schema, mapping, columns = [] }: ConvertSettings): FieldsOf {
  const taken = schema.fields.flatMap((spec): { spec: FieldSpec; index: number }[] => {
    const index = columns.indexOf(mapping.columns.get(spec.name) ?? spec.name)
    return index === -1 || mapping.constants.has(spec.name) ? [] : [{ spec, index }]
  })
  const constants = Object.fromEntries(mapping.constants)
  return ({ cells = [] }) => {
    const fields: Fields = { [ID_FIELD]: undefined }
    for (const { spec, index } of taken) {
      const text = cells[index]
      if (text !== '') fields[spec.name] = fieldValue(spec, text)
    }
    return { fields: Object.assign(fields, constants), isChanged: true }
  }
}
