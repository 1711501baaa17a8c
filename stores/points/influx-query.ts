// InfluxQL over /query: rows as they arrive, so that a large answer is never one text in memory.
import { RefusedError } from '../../kit/errors.ts'
import { failureError, unreachableError } from './influx-errors.ts'
import { influxRequest } from './influx-http.ts'
import { databaseOf, type InfluxAddress, type InfluxServer } from './influx-kind.ts'

/** A row by column name, with the tags of its series. `time` is epoch milliseconds. */
export type InfluxRow = Readonly<Record<string, string | number | boolean | null>>

interface Series {
  readonly tags?: Readonly<Record<string, string>>
  readonly columns: readonly string[]
  readonly values?: readonly (readonly InfluxRow[string][])[]
}
interface Answer {
  readonly error?: string
  readonly results?: readonly {
    readonly error?: string
    readonly series?: readonly Series[]
  }[]
}

const ROWS_PER_CHUNK = 10_000

/** Asks in the settings' database. Throws UnavailableError or RefusedError. */
export async function* queryRows(
  settings: InfluxAddress,
  server: InfluxServer,
  { doing, query }: { readonly doing: string; readonly query: string },
): AsyncGenerator<InfluxRow> {
  const { database, policy } =
    server.generation === 3
      ? { database: settings.bucket, policy: undefined }
      : databaseOf(settings.bucket)
  const parameters = new URLSearchParams({
    db: database,
    ...(policy === undefined ? {} : { rp: policy }),
    epoch: 'ms',
    chunked: 'true',
    chunk_size: String(ROWS_PER_CHUNK),
  })
  const response = await influxRequest(settings, {
    doing,
    path: `/query?${parameters}`,
    form: { q: query },
    scheme: server.scheme,
  })
  for await (const line of linesOf(settings, doing, response)) {
    const answer = parseAnswer(settings, doing, line)
    const error = answer.error ?? answer.results?.find((result) => result.error)?.error
    // InfluxDB 1 answers 200 and tells the error in the body.
    if (error !== undefined) throw failureError(settings, doing, { status: 400, message: error })
    for (const result of answer.results ?? [])
      for (const series of result.series ?? []) yield* rowsOf(series)
  }
}

function* rowsOf(series: Series): Generator<InfluxRow> {
  for (const values of series.values ?? []) {
    const row: Record<string, InfluxRow[string]> = { ...series.tags }
    series.columns.forEach((column, index) => {
      row[column] = values[index]
    })
    yield row
  }
}

function parseAnswer(settings: InfluxAddress, doing: string, line: string): Answer {
  try {
    return JSON.parse(line) as Answer
  } catch {
    throw new RefusedError(
      `Could not ${doing}: ${settings.url} answers, but not as InfluxDB does ` +
        `("${line.slice(0, 60)}"). Correct INFLUX_URL.`,
    )
  }
}

/** The lines of a body; InfluxDB ends each chunk of an answer with a line break. */
async function* linesOf(
  settings: InfluxAddress,
  doing: string,
  response: Response,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let parts: string[] = []
  const bytes: AsyncIterable<Uint8Array> = response.body ?? emptyBody()
  try {
    for await (const chunk of bytes) {
      const pieces = decoder.decode(chunk, { stream: true }).split('\n')
      for (const piece of pieces.slice(0, -1)) {
        const line = parts.join('') + piece
        parts = []
        if (line.trim() !== '') yield line
      }
      parts.push(pieces[pieces.length - 1])
    }
  } catch (error) {
    throw unreachableError(settings, doing, error)
  }
  const last = parts.join('') + decoder.decode()
  if (last.trim() !== '') yield last
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
