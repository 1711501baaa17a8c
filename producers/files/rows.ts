// Rows of an event file, whatever its format: NDJSON, one JSON array, or CSV; each may be gzip.
import { ConfigError } from '../../kit/errors.ts'
import { type CsvRow, delimiterOf, parseRecord, readRecords } from './csv.ts'
import { splitArray } from './json-array.ts'
import { type RawRow, splitLines, withoutMark } from './lines.ts'
import type { Source } from './source.ts'

export const FILE_FORMATS = ['ndjson', 'json', 'csv'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

export interface Rows {
  readonly format: FileFormat
  /** What `position` counts. */
  readonly unit: 'line' | 'element'
  /** Names of a CSV file's columns. */
  readonly columns?: readonly string[]
  /** The rows from the beginning, in groups. May be called again. CSV rows have cells or a fault. */
  read(): AsyncIterable<readonly CsvRow[]>
}

/** Opens the rows of a file; `format` absent: by the file's name, or else by its first bytes. */
export async function openRows(source: Source, format?: FileFormat): Promise<Rows> {
  const head = withoutMark(await source.head())
  const found = format ?? detectFormat(source.name, head)
  if (found === 'json')
    return { format: found, unit: 'element', read: () => splitArray(source.chunks()) }
  if (found === 'ndjson')
    return { format: found, unit: 'line', read: () => splitLines(source.chunks()) }
  return openCsv(source, head)
}

/** By extension; where that says nothing, or only "JSON", by the first character that is no space. */
export function detectFormat(name: string, head: Uint8Array): FileFormat {
  const first = String.fromCharCode(head.find((byte) => byte > 32) ?? 0)
  if (/\.(ndjson|jsonl)$/i.test(name)) return 'ndjson'
  if (/\.(csv|tsv)$/i.test(name)) return 'csv'
  if (first === '[') return 'json'
  return first === '{' || /\.json$/i.test(name) ? 'ndjson' : 'csv'
}

function openCsv(source: Source, head: Buffer): Rows {
  const text = head.toString()
  const headerLine = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? ''
  const delimiter = delimiterOf(headerLine)
  const columns = parseRecord(headerLine, delimiter)
  if (typeof columns === 'string' || headerLine === '') {
    const what = `${source.name}: expected a header line with the names of the columns, got ${
      headerLine === '' ? 'an empty file' : JSON.stringify(headerLine.slice(0, 80))
    }`
    throw new ConfigError([{ where: '--file', what }])
  }
  const names = columns.map((name) => name.trim())
  return {
    format: 'csv',
    unit: 'line',
    columns: names,
    read: () => readRecords(withoutFirst(splitLines(source.chunks())), delimiter, names.length),
  }
}

async function* withoutFirst(lines: AsyncIterable<RawRow[]>): AsyncGenerator<RawRow[]> {
  let isFirst = true
  for await (const some of lines) {
    yield isFirst ? some.slice(1) : some
    isFirst = false
  }
}
