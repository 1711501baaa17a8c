// From runs of two sizes to figures and a table: what the larger took beyond the smaller is the steady part. Pure.
import { grouped } from '../../../kit/grouped.ts'
import { textTable } from '../../../kit/text-table.ts'
import { type Figure, median, ratios, summary } from '../figures.ts'
import type { Measured } from '../measured.ts'
import { cpuUsOf, peakMbOf, rateOf } from '../table.ts'
import { type Lane, OURS } from './lanes.ts'
import type { Outcome } from './system.ts'

/** One run of a program. */
export interface Run extends Measured {
  readonly outcome: Outcome
}

/** The larger run, with what it took beyond the smaller as its steady part. */
export const steadyRun = (smaller: Run, larger: Run): Run => ({
  ...larger,
  steady: {
    events: larger.events - smaller.events,
    ms: larger.workingMs - smaller.workingMs,
    cpuS: larger.cpuS - smaller.cpuS,
  },
})

/** By name of the lane, one for each round. */
export type Runs = ReadonlyMap<string, readonly Run[]>

export function peersTable(lanes: readonly Lane[], runs: Runs): string {
  const header = ['', 'events/s', 'CPU µs/event', 'peak MB', '÷ windrow', 'late', 'open']
  const rows = lanes.flatMap(({ name, label }) => {
    const measured = runs.get(name)
    if (measured === undefined) return []
    const peak = Math.max(...measured.map(peakMbOf))
    return [
      [
        label,
        range(measured.map(rateOf), (rate) => (rate > 0 ? grouped(rate) : '–')),
        range(measured.map(cpuUsOf), (value) => value.toFixed(2)),
        peak === 0 ? '–' : grouped(peak),
        timesText(timesOurs(measured, runs)),
        percent(measured, ({ late }) => late),
        percent(measured, ({ open }) => open),
      ],
    ]
  })
  const notes =
    'median (minimum–maximum); of memory the maximum. ÷ windrow: CPU per event, run by run.\n' +
    'late: dropped, because their window had closed; open: in windows that had not closed at the end.\n'
  return `${[...textTable(header, rows, (column) => column > 0)].join('')}${notes}`
}

/** What is kept of a comparison, with the goals. */
export function peersFigures(lanes: readonly Lane[], runs: Runs): Figure[] {
  return lanes.flatMap(({ name, label, goalTimes }) => {
    const measured = runs.get(name)
    if (measured === undefined) return []
    const figures: Figure[] = [
      figure(name, 'cpuUs', `CPU per event, ${label}`, 'us', measured.map(cpuUsOf)),
      figure(name, 'perSecond', `events a second, ${label}`, 'perSecond', measured.map(rateOf)),
      figure(name, 'peak', `peak memory, ${label}`, 'MB', measured.map(peakMbOf)),
    ]
    const times = timesOurs(measured, runs)
    if (goalTimes !== undefined && times !== undefined)
      figures.push({
        ...figure(name, 'times', `CPU per event, ${label} ÷ windrow`, 'ratio', times),
        goal: { atLeast: goalTimes },
      })
    return figures
  })
}

const figure = (
  name: string,
  suffix: string,
  what: string,
  unit: Figure['unit'],
  values: readonly number[],
): Figure => ({ name: `peers.${name}.${suffix}`, what, unit, values })

function timesOurs(measured: readonly Run[], runs: Runs): number[] | undefined {
  const ours = runs.get(OURS)
  return ours === undefined ? undefined : ratios(measured.map(cpuUsOf), ours.map(cpuUsOf))
}

const timesText = (times: readonly number[] | undefined): string =>
  times === undefined ? '' : median(times).toFixed(1)

/** Of all events, in the larger runs. */
function percent(measured: readonly Run[], of: (outcome: Outcome) => number): string {
  const share = median(measured.map(({ outcome }) => (of(outcome) * 100) / outcome.events))
  return share === 0 ? '0' : `${share.toFixed(1)} %`
}

function range(values: readonly number[], text: (value: number) => string): string {
  const { min, median: middle, max } = summary(values)
  return values.length === 1 ? text(middle) : `${text(middle)} (${text(min)}–${text(max)})`
}
