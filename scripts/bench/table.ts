// The benchmark's figures as a table: median, with minimum and maximum. Pure.
import { grouped } from '../../kit/grouped.ts'
import type { Measured } from './measured.ts'

const REFERENCE = 'kafkajs, doing nothing'

/** A line per program; the ratio is its median rate to that of the bare consumer. */
export function table(runs: ReadonlyMap<string, readonly Measured[]>): string {
  const reference = runs.get(REFERENCE)
  const header = [
    '',
    'events/s (median, min–max)',
    'CPU s',
    'CPU µs/event',
    'peak MiB',
    'rate ÷ bare',
  ]
  const rows = [...runs].map(([name, measured]) => {
    const rates = measured.map(rateOf)
    const cpuS = median(measured.map((one) => one.cpuS))
    return [
      name,
      `${grouped(median(rates))} (${grouped(Math.min(...rates))}–${grouped(Math.max(...rates))})`,
      cpuS.toFixed(1),
      ((cpuS * 1e6) / measured[0].events).toFixed(2),
      grouped(Math.max(...measured.map((one) => one.peakMiB))),
      reference === undefined ? '' : (median(rates) / median(reference.map(rateOf))).toFixed(2),
    ]
  })
  return align([header, ...rows])
}

const rateOf = ({ events, workingMs }: Measured): number => (events * 1000) / workingMs

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Columns side by side: the first left-aligned, the others right-aligned. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  '),
    )
    .join('\n')
}
