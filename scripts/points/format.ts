// Points as text: CSV and JSON for machines, a table for people. Each is a sequence of pieces to write one by one, so
// that a large result is never one text.
import type { Metric } from '../../data/definitions/metric.ts'
import type { ValueNode } from '../../data/definitions/nodes.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { textTable, visible } from '../../kit/text-table.ts'

/** A point, and where windows still open are shown too, whether its window is closed. */
export interface ShownPoint extends Point {
  readonly final?: boolean
}

const sayFinal = (points: readonly ShownPoint[]) => points.some(({ final }) => final !== undefined)

/** RFC 4180: a header line, then a line per point; absent fields are empty. */
export function* csv(points: readonly ShownPoint[], measurement: Measurement): Generator<string> {
  const fields = Object.keys(measurement.fields)
  const marks = sayFinal(points)
  const header = ['time', ...measurement.tags, ...fields, ...(marks ? ['final'] : [])]
  yield `${header.map(csvCell).join(',')}\n`
  for (const point of points) {
    const cells = [
      new Date(point.timeMs).toISOString(),
      ...measurement.tags.map((tag) => csvCell(point.tags[tag])),
      ...fields.map((field) => String(point.fields[field] ?? '')),
      ...(marks ? [String(point.final)] : []),
    ]
    yield `${cells.join(',')}\n`
  }
}

const csvCell = (text: string) =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** An array of `{ time, …tags, …fields }`, an object per line; absent fields are absent. */
export function* json(points: readonly ShownPoint[], measurement: Measurement): Generator<string> {
  yield '['
  let separator = '\n  '
  for (const point of points) {
    const fields = Object.keys(measurement.fields).flatMap((field) =>
      point.fields[field] === undefined ? [] : [[field, point.fields[field]] as const],
    )
    const tags = measurement.tags.map((tag) => [tag, point.tags[tag]] as const)
    const time = new Date(point.timeMs).toISOString()
    const { final } = point
    yield separator + JSON.stringify({ time, ...Object.fromEntries([...tags, ...fields]), final })
    separator = ',\n  '
  }
  yield points.length === 0 ? ']\n' : '\n]\n'
}

/** Aligned columns under a header; numbers to the right, with the decimals their value has. */
export function* table(
  points: readonly ShownPoint[],
  measurement: Measurement,
  metric: Metric,
): Generator<string> {
  const fields = Object.keys(measurement.fields)
  const marks = sayFinal(points)
  const header = ['time', ...measurement.tags, ...fields, ...(marks ? ['final'] : [])]
  const rows = points.map((point) => [
    new Date(point.timeMs).toISOString().replace('.000Z', 'Z'),
    ...measurement.tags.map((tag) => visible(point.tags[tag])),
    ...fields.map((field) => numberCell(point.fields[field], metric, field)),
    ...(marks ? [point.final === true ? 'yes' : 'no, open'] : []),
  ])
  const firstNumber = 1 + measurement.tags.length
  yield* textTable(header, rows, (column) => column >= firstNumber)
}

function numberCell(value: number | undefined, metric: Metric, field: string): string {
  if (value === undefined) return '–'
  // A field may be no value of the metric: how often late events corrected it.
  const node: ValueNode | undefined = metric.values[field]
  if (node?.kind === 'ratio') return value.toFixed(4)
  return node?.kind === 'sum' ? value.toFixed(node.decimals) : String(value)
}
