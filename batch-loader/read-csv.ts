// Reads demographics from a CSV file, plain or gzip, in chunks; a row that cannot be one is told by its line.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type CsvError, type Info, parse } from 'csv-parse'
import type { Demographic } from '../data/demographics.ts'
import type { Clock } from '../kit/clock.ts'
import { ConfigError } from '../kit/errors.ts'
import { CHUNK_ROWS, type Chunk, type Rejected } from './chunk.ts'
import { createLineFinder } from './lines.ts'
import { headerProblems, normalise, type RawRow } from './normalise.ts'

/** A row longer than this has a quote that is never closed; without a limit it would be read into memory. */
const ROW_BYTES_MAX = 1 << 20

interface CsvRow {
  readonly record: readonly string[]
  readonly info: Info
}

/** The file cannot be read on from here; the rows before it are fine. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

/** Throws ConfigError when there is no such file or its header is wrong, UnreadableError where it is broken further on. */
export async function* readCsv(
  file: string,
  clock: Clock,
  chunkRows = CHUNK_ROWS,
): AsyncGenerator<Chunk> {
  const { sizeBytes, isGzip } = await inspect(file)
  const bytes = createReadStream(file)
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: ROW_BYTES_MAX,
  })
  // The parser's iteration tells the errors of all.
  const parts = isGzip ? [bytes, createGunzip(), parser] : [bytes, parser]
  pipeline(parts, () => {})
  let header: readonly string[] | undefined
  let people: Demographic[] = []
  let rejected: Rejected[] = []
  let now = isoNow(clock)
  const lines = createLineFinder()
  let lastLine = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRow>) {
      lastLine = lines.firstLineOf(record, info.lines)
      if (header === undefined) {
        header = record.map((name) => name.trim())
        checkHeader(file, header)
        continue
      }
      const result =
        record.length === header.length
          ? normalise(rowOf(header, record), now)
          : { problems: [`expected ${header.length} columns, got ${record.length}`] }
      if ('person' in result) people.push(result.person)
      else rejected.push({ file, line: lastLine, problems: result.problems })
      if (people.length + rejected.length < chunkRows) continue
      yield { people, rejected, fraction: bytes.bytesRead / Math.max(sizeBytes, 1) }
      people = []
      rejected = []
      now = isoNow(clock)
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    if (header === undefined)
      throw new ConfigError([{ where: file, what: `is no CSV file: ${reasonOf(error)}` }])
    if (people.length + rejected.length > 0) yield { people, rejected, fraction: 1 }
    throw new UnreadableError(
      `${file}: cannot be read after the row on line ${lastLine}: ${reasonOf(error)}`,
    )
  } finally {
    bytes.destroy()
  }
  if (header === undefined)
    throw new ConfigError([{ where: file, what: 'is empty: expected a header and rows' }])
  if (people.length + rejected.length > 0) yield { people, rejected, fraction: 1 }
}

const isoNow = (clock: Clock) => new Date(clock.nowMs()).toISOString()

async function inspect(file: string): Promise<{ sizeBytes: number; isGzip: boolean }> {
  try {
    const handle = await open(file)
    try {
      const start = Buffer.alloc(2)
      await handle.read(start, 0, 2, 0)
      return { sizeBytes: (await handle.stat()).size, isGzip: start.readUInt16BE() === 0x1f8b }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new ConfigError([
      { where: '--file', what: `cannot be read: ${(error as Error).message}` },
    ])
  }
}

function checkHeader(file: string, header: readonly string[]): void {
  const problems = headerProblems(header)
  if (problems.length > 0)
    throw new ConfigError(problems.map((what) => ({ where: `${file}:1`, what })))
}

function rowOf(header: readonly string[], record: readonly string[]): RawRow {
  const row: Record<string, string> = {}
  for (let i = 0; i < header.length; i++) row[header[i]] = record[i]
  return row
}

function reasonOf(error: unknown): string {
  const { code, message } = error as Partial<CsvError>
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE')
    return 'a quote is opened and never closed'
  return String(message ?? error)
}
