// Records of a CSV file (RFC 4180; comma, semicolon or tab), read line by line: a broken record spoils no other one.
import { isUtf8 } from 'node:buffer'
import type { RawRow } from './lines.ts'

/** A record, or why it is none. */
export interface CsvRow extends RawRow {
  readonly cells?: readonly string[]
  readonly fault?: string
}

/** A quoted cell may span so many lines; a quote that stays open longer is a mistake. */
const LINES_MAX = 200
const DELIMITERS = [',', ';', '\t'] as const

/** The delimiter that a header line uses most. */
export const delimiterOf = (header: string): string =>
  [...DELIMITERS].sort((a, b) => header.split(b).length - header.split(a).length)[0]

/**
 * The cells of a record; `open` when a quoted cell goes on behind its end, `bad` when something follows a closing quote.
 */
export function parseRecord(text: string, delimiter: string): string[] | 'open' | 'bad' {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  let at = 0
  while (true) {
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1)
      if (end === -1) return 'open'
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'))
      at = end + 1
      if (at < text.length && text[at] !== delimiter) return 'bad'
    } else {
      const end = text.indexOf(delimiter, at)
      cells.push(text.slice(at, end === -1 ? undefined : end))
      at = end === -1 ? text.length : end
    }
    if (at >= text.length) return cells
    at++
  }
}

function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from)
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
  return end
}

/** Records of the lines behind the header. Each is told by the line it begins on. */
export async function* readRecords(
  lines: AsyncIterable<RawRow[]>,
  delimiter: string,
  columns: number,
): AsyncGenerator<CsvRow[]> {
  let open: RawRow[] = []
  const take = (line: RawRow, rows: CsvRow[]): void => {
    const record = joined([...open, line])
    const parsed = isUtf8(record.raw) ? parseRecord(record.raw.toString(), delimiter) : 'not UTF-8'
    if (parsed === 'open') {
      open.push(line)
      if (open.length > LINES_MAX) giveUp(rows)
      return
    }
    open = []
    rows.push(typeof parsed === 'string' ? faulty(record, FAULTS[parsed]) : fitted(record, parsed))
  }
  /** The first open line is at fault; those behind it are read again on their own. */
  const giveUp = (rows: CsvRow[]): void => {
    const [first, ...others] = open
    open = []
    rows.push(faulty(first, FAULTS.open))
    for (const line of others) take(line, rows)
  }
  const fitted = (record: RawRow, cells: string[]): CsvRow =>
    cells.length === columns
      ? { position: record.position, raw: record.raw, cells }
      : faulty(record, `expected ${columns} columns as in the header, got ${cells.length}`)

  for await (const some of lines) {
    const rows: CsvRow[] = []
    for (const line of some) take(line, rows)
    if (rows.length > 0) yield rows
  }
  const last: CsvRow[] = []
  while (open.length > 0) giveUp(last)
  if (last.length > 0) yield last
}

const FAULTS = {
  open: 'a quote that begins on this line is never closed',
  bad: 'expected a delimiter after a closing quote',
  'not UTF-8': 'not valid UTF-8',
} as const

const faulty = (record: RawRow, fault: string): CsvRow => ({ ...record, fault })

const LINE_END = Buffer.from('\n')

function joined(lines: readonly RawRow[]): RawRow {
  if (lines.length === 1) return lines[0]
  const pieces = lines.flatMap((line, index) => (index === 0 ? [line.raw] : [LINE_END, line.raw]))
  return { position: lines[0].position, raw: Buffer.concat(pieces) }
}
