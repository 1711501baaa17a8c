// A first look at a file's event times: is it a log, or are its rows ordered by something else?
import { parseTimeMs } from '../../data/time.ts'
import type { ConvertSettings } from './convert.ts'
import type { CsvRow } from './csv.ts'
import { fieldValue } from './mapping.ts'
import { hasAt } from './plain-json.ts'

export interface Survey {
  readonly rows: number
  /** Rows more than 5 s behind a row before them. */
  readonly behind: number
}

/** Disorder that the streaming job allows by default. */
const BEHIND_MS = 5000

/** Counts times (epoch milliseconds) behind the latest one before them. A row without time, NaN, counts as in order. */
export async function surveyTimes(times: AsyncIterable<readonly number[]>): Promise<Survey> {
  let latestMs = -Infinity
  let rows = 0
  let behind = 0
  for await (const some of times) {
    rows += some.length
    for (const timeMs of some) {
      if (timeMs < latestMs - BEHIND_MS) behind++
      else if (timeMs > latestMs) latestMs = timeMs
    }
  }
  return { rows, behind }
}

/** Whether more than a quarter of the rows lie behind: then it is no log. */
export const isOutOfOrder = ({ rows, behind }: Survey): boolean => behind * 4 > rows

export type SurveyedFile = Pick<ConvertSettings, 'schema' | 'mapping' | 'timeReader' | 'columns'>

/**
 * Finds the event time of a row, or NaN, several times faster than converting the row: good enough for a survey. In JSON it
 * is the value behind the name in quotes.
 */
export function quickTimeReader(file: SurveyedFile): (row: CsvRow) => number {
  const { schema, mapping, columns } = file
  const column = mapping.columns.get(schema.timeField) ?? schema.timeField
  const spec = schema.fields.find((field) => field.name === schema.timeField)
  if (spec === undefined || mapping.constants.has(schema.timeField)) return () => Number.NaN
  const toMs = file.timeReader ?? parseTimeMs
  if (columns === undefined) {
    const valueIn = quickValueReader(column)
    return ({ raw }) => toMs(valueIn(raw))
  }
  const index = columns.indexOf(column)
  return ({ cells }) => toMs(fieldValue(spec, cells?.[index] ?? ''))
}

const [QUOTE, COLON, ZERO, NINE] = Buffer.from('":09')

/** The whole number or the text behind that name in quotes; empty text when there is none. */
function quickValueReader(name: string): (json: Buffer) => number | string {
  const needle = Buffer.from(`"${name}"`)
  let before = 0
  return (json) => {
    // Rows are much alike: it is looked for first where it was in the row before.
    const found = hasAt(json, before, needle) ? before : json.indexOf(needle)
    if (found === -1) return ''
    before = found
    let at = found + needle.length
    while (json[at] === COLON || json[at] <= 32) at++
    if (json[at] === QUOTE) {
      let end = at + 1
      while (end < json.length && json[end] !== QUOTE) end++
      return end === json.length ? '' : json.toString('latin1', at + 1, end)
    }
    const from = at
    let value = 0
    for (; json[at] >= ZERO && json[at] <= NINE; at++) value = value * 10 + json[at] - ZERO
    return at === from ? '' : value
  }
}
