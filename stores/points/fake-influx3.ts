// For tests: InfluxDB 3 as its documentation tells and its source refuses: a request is taken whole or not at all, the tags
// of a measurement are those of its first write, and of points with equal tags and time one stays, here the older.
import type { FakeAnswer, FakeRequest } from './fake-influx.ts'

interface Row {
  readonly timeNs: bigint
  readonly values: Readonly<Record<string, string | number>>
}
interface Table {
  readonly tags: readonly string[]
  readonly types: Map<string, 'integer' | 'float'>
  readonly rows: Map<string, Row>
}
interface Line {
  readonly text: string
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, string>>
  readonly timeNs: bigint
}

/** Answers the requests of one server that begins empty. */
export function fakeInflux3(): (request: FakeRequest) => FakeAnswer {
  const tables = new Map<string, Table>()
  return ({ path, query, body }) => {
    if (path === '/ping') return { status: 200, headers: { 'x-influxdb-version': '3.11.2' } }
    if (path === '/api/v3/configure/database') return { status: 200 }
    if (path === '/api/v3/write_lp' && query.get('precision') === 'nanosecond')
      return write(tables, body)
    if (path === '/query' && query.get('epoch') === 'ms')
      return select(tables, new URLSearchParams(body).get('q') ?? '')
    return { status: 404, body: { error: `no ${path}?${query}` } }
  }
}

function write(tables: Map<string, Table>, body: string): FakeAnswer {
  const texts = body.split('\n')
  if (texts.some((text) => split(text, ' ').length < 3))
    return { status: 400, body: { error: 'parsing failed for write_lp endpoint' } }
  const lines = texts.map(parseLine)
  // What is refused must leave no trace; a copy of every table at each write took most of the tests' time.
  const touched = new Map<string, Table>()
  for (const [index, line] of lines.entries()) {
    const table = touched.get(line.measurement) ?? copied(tables.get(line.measurement), line)
    touched.set(line.measurement, table)
    const wrong = add(table, line)
    if (wrong !== undefined) {
      const [line_number, original_line] = [index + 1, line.text]
      const data = [{ line_number, original_line, error_message: wrong }]
      return { status: 400, body: { error: 'parsing failed for write_lp endpoint', data } }
    }
  }
  for (const [name, table] of touched) tables.set(name, table)
  return { status: 204 }
}

/** A table of its own to write to; a new one has the tags of its first line. */
function copied(table: Table | undefined, first: Line): Table {
  if (table === undefined)
    return { tags: Object.keys(first.tags), types: new Map(), rows: new Map() }
  return { tags: table.tags, types: new Map(table.types), rows: new Map(table.rows) }
}

/** Adds the line's row; answers what is wrong with it. */
function add(table: Table, { tags, fields, timeNs }: Line): string | undefined {
  const fresh = Object.keys(tags).find((tag) => !table.tags.includes(tag))
  if (fresh !== undefined)
    return `Detected a new tag '${fresh}' in write. The tag set is immutable on first write to the table.`
  const values: Record<string, string | number> = { ...tags }
  for (const [name, text] of Object.entries(fields)) {
    const type = text.endsWith('i') ? 'integer' : 'float'
    const before = table.types.get(name) ?? type
    if (before !== type) return `invalid column type for column '${name}', expected ${before}`
    table.types.set(name, type)
    values[name] = Number.parseFloat(text)
  }
  const key = JSON.stringify([String(timeNs), ...table.tags.map((tag) => tags[tag] ?? null)])
  if (!table.rows.has(key)) table.rows.set(key, { timeNs, values })
  return undefined
}

/** Splits at what no backslash stands before, and takes the escapes out of the last pieces. */
const split = (text: string, at: ',' | ' ' | '=') => text.split(new RegExp(`(?<!\\\\)${at}`))
const plain = (text: string) => text.replace(/\\([,= ])/g, '$1')

function parseLine(text: string): Line {
  const [series, fields, time] = split(text, ' ')
  const [measurement, ...tags] = split(series, ',')
  const pairs = (parts: readonly string[]) =>
    Object.fromEntries(parts.map((part) => split(part, '=').map(plain)))
  const fieldPairs = pairs(split(fields, ','))
  return { text, measurement, tags: pairs(tags), fields: fieldPairs, timeNs: BigInt(time) }
}

function select(tables: Map<string, Table>, query: string): FakeAnswer {
  const parts =
    /^SELECT (.*) FROM "(\w+)"(?: WHERE (.*?))?( ORDER BY time DESC LIMIT 1| GROUP BY \*)?$/.exec(
      query,
    )
  if (parts === null) return { status: 400, body: { error: `cannot parse ${query}` } }
  const columns = parts[1].split(', ').map((column) => column.slice(1, -1))
  const bound = (operator: string) => {
    const found = new RegExp(`time ${operator} (-?\\d+)ms`).exec(parts[3] ?? '')
    return found === null ? undefined : BigInt(found[1]) * 1_000_000n
  }
  const [fromNs, toNs] = [bound('>='), bound('<')]
  const rows = [...(tables.get(parts[2])?.rows.values() ?? [])]
    .filter(({ timeNs }) => fromNs === undefined || timeNs >= fromNs)
    .filter(({ timeNs }) => toNs === undefined || timeNs < toNs)
    .sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))
  const shown = parts[4]?.includes('LIMIT') ? rows.slice(-1) : rows
  const grouped = parts[4]?.includes('GROUP') ? (tables.get(parts[2])?.tags ?? []) : []
  const bySeries = new Map<string, Row[]>()
  for (const row of shown) {
    const key = JSON.stringify(grouped.map((tag) => row.values[tag]))
    bySeries.set(key, [...(bySeries.get(key) ?? []), row])
  }
  const series = [...bySeries.values()].map((some) => ({
    name: parts[2],
    tags: Object.fromEntries(grouped.map((tag) => [tag, some[0].values[tag] ?? ''])),
    columns: ['time', ...columns],
    values: some.map(({ timeNs, values }) => [
      Number(timeNs / 1_000_000n),
      ...columns.map((column) => values[column] ?? null),
    ]),
  }))
  return {
    status: 200,
    body: { results: [{ statement_id: 0, ...(series.length > 0 && { series }) }] },
  }
}
