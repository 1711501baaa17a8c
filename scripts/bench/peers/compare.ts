// From runs to figures and a table. Pure.
import { grouped } from '../../../kit/grouped.ts'
import { textTable } from '../../../kit/text-table.ts'
import { type Figure, median, ratios, summary } from '../figures.ts'
import type { Measured } from '../measured.ts'
import { cpuUsOf, peakMbOf, rateOf } from '../table.ts'
import { type Lane, OURS, OURS_ALONE } from './lanes.ts'
import type { Outcome } from './system.ts'

/** One run of a program; its CPU time is that of all its processes, from their start to their end. */
export interface Run extends Measured {
  readonly outcome: Outcome
}

/** By name of the lane, one for each round. */
export type Runs = ReadonlyMap<string, readonly Run[]>

export function peersTable(lanes: readonly Lane[], runs: Runs): string {
  const header = [
    '',
    'events/s',
    'CPU µs/event',
    '÷ windrow',
    '÷ its one',
    'CPU s',
    'peak MB',
    'late',
    'open',
  ]
  const rows = lanes.flatMap(({ name, label }) => {
    const measured = runs.get(name)
    if (measured === undefined) return []
    const peak = Math.max(...measured.map(peakMbOf))
    return [
      [
        label,
        range(measured.map(rateOf), grouped),
        range(measured.map(cpuUsOf), (value) => value.toFixed(2)),
        timesText(timesOf(measured, runs.get(OURS))),
        timesText(timesOf(measured, runs.get(OURS_ALONE))),
        median(measured.map(({ cpuS }) => cpuS)).toFixed(1),
        peak === 0 ? '–' : grouped(peak),
        percent(measured, ({ late }) => late),
        percent(measured, ({ open }) => open),
      ],
    ]
  })
  const notes =
    'median (minimum–maximum); of memory the maximum. ÷ windrow: CPU per event, run by run;\n' +
    '÷ its one: by what it takes for the one metric that all have, with users and all promises.\n' +
    'CPU s: of all its processes, starting and warming up included.\n' +
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
    if (goalTimes === undefined) return figures
    const times = timesOf(measured, runs.get(OURS_ALONE))
    if (times !== undefined)
      figures.push({
        ...figure(name, 'times', `CPU per event, ${label} ÷ windrow, users`, 'ratio', times),
        goal: { atLeast: goalTimes },
      })
    const timesAll = timesOf(measured, runs.get(OURS))
    const what = `CPU per event, ${label} ÷ windrow, all it does`
    if (timesAll !== undefined) figures.push(figure(name, 'timesAll', what, 'ratio', timesAll))
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

const timesOf = (measured: readonly Run[], ours: readonly Run[] | undefined) =>
  ours && ratios(measured.map(cpuUsOf), ours.map(cpuUsOf))

const timesText = (times: readonly number[] | undefined): string =>
  times === undefined ? '' : median(times).toFixed(1)

/** Of all events. */
function percent(measured: readonly Run[], of: (outcome: Outcome) => number): string {
  const share = median(measured.map(({ outcome }) => (of(outcome) * 100) / outcome.events))
  return share === 0 ? '0' : `${share.toFixed(1)} %`
}

function range(values: readonly number[], text: (value: number) => string): string {
  const { min, median: middle, max } = summary(values)
  return values.length === 1 ? text(middle) : `${text(middle)} (${text(min)}–${text(max)})`
}
