// The benchmark's figures as tables for people: medians, with minimum and maximum. Pure.
import { grouped } from '../../kit/grouped.ts'
import { textTable } from '../../kit/text-table.ts'
import { type Figure, median, ratios, summary, UNITS, verdict } from './figures.ts'
import type { Measured } from './measured.ts'

const MB = 1e6
const MIB = 1 << 20

/** Events a second, of the steady part where there is one. */
export function rateOf({ steady, events, workingMs }: Measured): number {
  return steady === undefined ? (events * 1000) / workingMs : (steady.events * 1000) / steady.ms
}

/** Microseconds of CPU per event, of the steady part where there is one. */
export function cpuUsOf({ steady, events, cpuS }: Measured): number {
  return steady === undefined ? (cpuS * 1e6) / events : (steady.cpuS * 1e6) / steady.events
}

/** Largest resident memory, in MB. */
export const peakMbOf = ({ peakMiB }: Measured): number => (peakMiB * MIB) / MB

/** A line per program; `reference` names the one that others are compared with. */
export function table(
  runs: ReadonlyMap<string, readonly Measured[]>,
  reference = 'kafkajs, doing nothing',
): string {
  const bare = runs.get(reference)
  const header = ['', 'events/s', 'CPU µs/event', 'peak MB']
  if (bare !== undefined) header.push('CPU ÷ bare', 'rate ÷ bare')
  const rows = [...runs].map(([label, measured]) => {
    const [rates, cpus] = [measured.map(rateOf), measured.map(cpuUsOf)]
    const peak = grouped(Math.max(...measured.map(peakMbOf)))
    const line = [label, range(rates, 0), range(cpus, 2), peak]
    if (bare === undefined) return line
    const compared = [ratios(cpus, bare.map(cpuUsOf)), ratios(rates, bare.map(rateOf))]
    return [...line, ...compared.map((values) => range(values, 2))]
  })
  const from = 'median (minimum–maximum); of memory the maximum'
  return `${[...textTable(header, rows, (column) => column > 0)].join('')}${from}\n`
}

/** A line per figure: what it is, what it came to, what was wanted. */
export function goalsTable(figures: readonly Figure[]): string {
  const header = ['', 'what', 'median', 'min–max', 'goal', 'verdict']
  const rows = figures.map((figure) => {
    const { min, max } = summary(figure.values)
    return [
      figure.name,
      figure.what,
      valueText(median(figure.values), figure.unit),
      `${bareText(min, figure.unit)}–${bareText(max, figure.unit)}`,
      goalText(figure),
      verdict(figure),
    ]
  })
  return [...textTable(header, rows, (column) => column > 1 && column < 5)].join('')
}

/** "≤ 50.0 ms"; empty without a goal. */
export function goalText({ goal, unit }: Figure): string {
  if (goal === undefined) return ''
  return 'atMost' in goal
    ? `≤ ${valueText(goal.atMost, unit)}`
    : `≥ ${valueText(goal.atLeast, unit)}`
}

/** With its unit: "1,234/s", "0.42×". */
export const valueText = (value: number, unit: Figure['unit']): string =>
  `${bareText(value, unit)}${UNITS[unit].suffix}`

const bareText = (value: number, unit: Figure['unit']): string =>
  UNITS[unit].digits === 0 ? grouped(value) : value.toFixed(UNITS[unit].digits)

function range(values: readonly number[], digits: number): string {
  const { min, median: middle, max } = summary(values)
  const text = (value: number) => (digits === 0 ? grouped(value) : value.toFixed(digits))
  return `${text(middle)} (${text(min)}–${text(max)})`
}
