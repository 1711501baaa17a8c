// How a foreign row becomes an event: which of its columns are which fields, and which fields are constants.
import type { EventSchema, FieldSpec } from '../../data/schema.ts'
import type { Problem } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/nearest.ts'

export interface Mapping {
  /** Foreign column by field. */
  readonly columns: ReadonlyMap<string, string>
  /** Value of a field in every row. */
  readonly constants: ReadonlyMap<string, string | number>
}

/** Reads the flags `--map field=Column,…` and `--set field=value,…`. */
export function parseMapping(
  schema: EventSchema,
  map: readonly string[],
  set: readonly string[],
): { readonly mapping: Mapping; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const specOf = (where: string, name: string): FieldSpec | undefined => {
    const spec = schema.fields.find((field) => field.name === name)
    const names = schema.fields.map((field) => field.name)
    if (spec === undefined)
      problems.push({ where, what: `"${name}" is no field of an event${didYouMean(name, names)}` })
    return spec
  }
  const columns = new Map<string, string>()
  for (const [name, column] of pairs('--map', map, 'user_id=CustomerID', problems))
    if (specOf('--map', name) !== undefined) columns.set(name, column)
  const constants = new Map<string, string | number>()
  for (const [name, text] of pairs('--set', set, 'currency=USD', problems)) {
    const spec = specOf('--set', name)
    if (spec === undefined) continue
    if (columns.has(name))
      problems.push({ where: '--set', what: `"${name}" is also in --map: expected one of the two` })
    constants.set(name, fieldValue(spec, text))
  }
  return { mapping: { columns, constants }, problems }
}

function* pairs(
  where: string,
  texts: readonly string[],
  example: string,
  problems: Problem[],
): Generator<[string, string]> {
  for (const text of texts.flatMap((list) => list.split(','))) {
    const at = text.indexOf('=')
    if (at > 0 && at < text.length - 1) yield [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    else
      problems.push({
        where,
        what: `expected field=… pairs with commas between, like ${example}, got "${text}"`,
      })
  }
}

/** A mapping's columns that a CSV file does not have, and required fields that nothing gives. */
export function missingColumns(
  schema: EventSchema,
  mapping: Mapping,
  columns: readonly string[],
): Problem[] {
  const problems = [...mapping.columns].flatMap(([name, column]) =>
    columns.includes(column)
      ? []
      : [
          {
            where: '--map',
            what: `${name}=${column}: the file has no column "${column}"${didYouMean(column, columns)}`,
          },
        ],
  )
  const given = new Set([...columns, ...mapping.columns.keys(), ...mapping.constants.keys()])
  for (const spec of schema.fields) {
    // Ids are made where there are none.
    if (spec.required !== true || spec.name === ID_FIELD || given.has(spec.name)) continue
    problems.push({
      where: '--file',
      what: `no column is "${spec.name}", which every event needs; the file has ${columns.join(', ')}: use --map ${spec.name}=<column> or --set ${spec.name}=<value>`,
    })
  }
  return problems
}

/** The field that is made from file and position where it is absent. */
export const ID_FIELD = 'event_id'

/** The text of a CSV cell or flag as a value of the field; what is no number stays text, for the check to tell. */
export function fieldValue(spec: FieldSpec, text: string): string | number {
  if (spec.kind === 'string') return text
  const trimmed = text.trim()
  if (spec.kind === 'time') return /^-?\d+$/.test(trimmed) ? Number(trimmed) : trimmed
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text
}
