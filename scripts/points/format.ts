// Points as text: CSV and JSON for machines, a table for people. Each is a sequence of pieces to write one by one, so
// that a large result is never one text.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { textTable, visible } from '../../kit/text-table.ts'

/** RFC 4180: a header line, then a line per point; absent fields are empty. */
export function* csv(points: readonly Point[], measurement: Measurement): Generator<string> {
  const fields = Object.keys(measurement.fields)
  yield `${['time', ...measurement.tags, ...fields].map(csvCell).join(',')}\n`
  for (const point of points) {
    const cells = [
      new Date(point.timeMs).toISOString(),
      ...measurement.tags.map((tag) => csvCell(point.tags[tag])),
      ...fields.map((field) => String(point.fields[field] ?? '')),
    ]
    yield `${cells.join(',')}\n`
  }
}

const csvCell = (text: string) =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** An array of `{ time, …tags, …fields }`, an object per line; absent fields are absent. */
export function* json(points: readonly Point[], measurement: Measurement): Generator<string> {
  yield '['
  let separator = '\n  '
  for (const point of points) {
    const fields = Object.keys(measurement.fields).flatMap((field) =>
      point.fields[field] === undefined ? [] : [[field, point.fields[field]] as const],
    )
    const tags = measurement.tags.map((tag) => [tag, point.tags[tag]] as const)
    const time = new Date(point.timeMs).toISOString()
    yield separator + JSON.stringify({ time, ...Object.fromEntries([...tags, ...fields]) })
    separator = ',\n  '
  }
  yield points.length === 0 ? ']\n' : '\n]\n'
}

/** Aligned columns under a header; numbers to the right, with the decimals their value has. */
export function* table(
  points: readonly Point[],
  measurement: Measurement,
  metric: Metric,
): Generator<string> {
  const fields = Object.keys(measurement.fields)
  const header = ['time', ...measurement.tags, ...fields]
  const rows = points.map((point) => [
    new Date(point.timeMs).toISOString().replace('.000Z', 'Z'),
    ...measurement.tags.map((tag) => visible(point.tags[tag])),
    ...fields.map((field) => numberCell(point.fields[field], metric, field)),
  ])
  const firstNumber = 1 + measurement.tags.length
  yield* textTable(header, rows, (column) => column >= firstNumber)
}

function numberCell(value: number | undefined, metric: Metric, field: string): string {
  if (value === undefined) return '–'
  const node = metric.values[field]
  if (node.kind === 'ratio') return value.toFixed(4)
  return node.kind === 'sum' ? value.toFixed(node.decimals) : String(value)
}
