// What the view of a panel is made of, whatever its kind: its cut of the points, its buckets, the stretch before. Pure.

import { kindOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { pointTimesOf } from '../data/definitions/point-times.ts'
import { labelOf } from '../data/definitions/words.ts'
import type { Point } from '../data/point.ts'
import { amountsBy, type Fields } from './amounts.ts'
import type { Amount, PanelBase } from './api.ts'
import type { Filter } from './cut.ts'
import { type Course, type Cut, courseOf, cutOf, cutPoints, cutRolled, type Memory } from './cut.ts'
import type { ShownMetric } from './fold.ts'
import { completeIn, earlierEdges, type Grid, gridOf } from './grid.ts'
import type { PanelOf } from './panels.ts'
import { valueKindOf } from './panels.ts'
import { formatSpan } from './public/format.js'
import { bucketFor } from './range.ts'
import { addPoints, type Rolled, widen } from './rolled.ts'

export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  /** Length of the stretch just before that is known as well, when it is. */
  readonly beforeMs?: number
  /** Windows that end after this are still open somewhere. */
  readonly completeUntilMs: number
}

/** A metric's points over the stretch and what was before it. */
export interface Source {
  readonly metric: ShownMetric
  /** With all of the metric's tags. */
  readonly rolled: Rolled
  /** Points of windows that are not in `rolled`, as they are not final. */
  readonly open: readonly Point[]
  readonly memory: Memory
}

/** What is asked of a panel. */
export interface Asked {
  readonly stretch: Stretch
  readonly filter: Filter
  /** A tag; undefined: none. */
  readonly split: string | undefined
  /** Whether rows and lines are compared with the stretch before. */
  readonly compare: boolean
  /** At most so many buckets. */
  readonly points: number
  /** Zone of days and hours where the metric has none. */
  readonly tz: string
}

export interface PanelData extends PanelOf, Asked {
  readonly metric: ShownMetric
  readonly grid: Grid
  /** Buckets that are complete. */
  readonly completeCount: number
  /** Starts of the buckets that the grid's are compared with, and of that after the last. */
  readonly earlier: readonly number[] | undefined
  /** The panel's cut. */
  readonly final: Rolled
  /** What totals and rows are of: final windows, or where the stretch has none those still open. */
  readonly counted: Rolled
  readonly soFar: PanelBase['soFar']
  /** The same and windows still open. */
  readonly shown: Rolled
  /** Points of open windows that are shown. */
  readonly open: readonly Point[]
  /** What is counted, without split. */
  readonly whole: Rolled
}

/** Ratios of few events jump about: their buckets are wider. */
const RATIO_POINTS_SHARE = 3

export function panelData(of: PanelOf, source: Source, asked: Asked): PanelData {
  const { metric, memory } = source
  const { stretch, filter } = asked
  const cut = cutOf(metric, filter, asked.split)
  const bucketMs = bucketMsOf(of, source, asked)
  const grid = gridOf(metric, bucketMs, stretch)
  const cutIn = (one: Cut) => widen(metric, cutRolled(metric, source.rolled, one, memory), bucketMs)
  const final = cutIn(cut)
  const open = cutPoints(metric, source.open, cut)
  const shown = addPoints(metric, final, open)
  const soFar = soFarOf(source, grid, stretch)
  const counted = soFar === null ? final : shown
  const unsplit = () => {
    const one = cutOf(metric, filter)
    const points = soFar === null ? [] : cutPoints(metric, source.open, one)
    return addPoints(metric, cutIn(one), points)
  }
  const earlier =
    stretch.beforeMs === undefined || grid.count === 0
      ? undefined
      : earlierEdges(grid, stretch.beforeMs)
  return {
    ...of,
    ...asked,
    metric,
    grid,
    completeCount: completeIn(stretch.completeUntilMs, grid),
    earlier,
    final,
    open,
    shown,
    counted,
    soFar,
    whole: asked.split === undefined ? counted : unsplit(),
  }
}

/** From the first to the last window that is open, where the stretch has no other; null: it has. */
function soFarOf({ metric, rolled, open }: Source, grid: Grid, stretch: Stretch) {
  const fromMs = grid.buckets.startOf(stretch.fromMs)
  const isInside = (ms: number) => ms >= fromMs && ms < stretch.toMs
  const startsMs = open.map(({ timeMs }) => timeMs).filter(isInside)
  if (startsMs.length === 0 || [...rolled.buckets.keys()].some(isInside)) return null
  const { endOf } = pointTimesOf(metric)
  return { fromMs: Math.min(...startsMs), toMs: Math.max(...startsMs.map(endOf)) }
}

function bucketMsOf({ panel }: PanelOf, { metric, rolled }: Source, asked: Asked): number {
  const { fromMs, toMs } = asked.stretch
  if (kindOf(panel) === 'heatmap') return rolled.bucketMs
  const isRatio = kindOf(panel) === 'series' && metric.values[panel.value].kind === 'ratio'
  const points = isRatio
    ? Math.max(10, Math.floor(asked.points / RATIO_POINTS_SHARE))
    : asked.points
  const unit = { ...stepsOf(metric.window), sizeMs: rolled.bucketMs }
  return bucketFor(toMs - fromMs, unit, points)
}

/** Values over the whole stretch and, where it is to be, compared with the one before; by the values of the split. */
export function totalsOf(
  data: PanelData,
  rolled: Rolled,
  tag: string | undefined,
  compare: boolean,
): (name: string, value: string) => Amount {
  const { metric, grid, completeCount, earlier } = data
  const over = (range: { fromMs: number; toMs: number }) => amountsBy(metric, rolled, range, tag)
  const now = over(rangeOf(data))
  const compares = compare && earlier !== undefined && beginsInTime(data)
  const part = compares
    ? over({ fromMs: grid.edges[0], toMs: grid.edges[completeCount] })
    : undefined
  const before = compares ? over({ fromMs: earlier[0], toMs: earlier[completeCount] }) : undefined
  const at = (all: Map<string, Fields> | undefined, name: string, value: string) =>
    all?.get(name)?.[value]
  return (name, value) => {
    const [then, earlierOne] = [at(part, name, value), at(before, name, value)]
    const known = then !== undefined && earlierOne !== undefined
    return {
      now: at(now, name, value) ?? null,
      compared: known ? { now: then, before: earlierOne } : null,
    }
  }
}

/** The stretch by starts of buckets. */
export const rangeOf = ({ grid, stretch }: PanelData) => ({
  fromMs: grid.buckets.startOf(stretch.fromMs),
  toMs: stretch.toMs,
})

/** Whether the stretch before is known from its begin, so that comparing with it is fair. */
function beginsInTime({ whole, earlier, grid, completeCount }: PanelData): boolean {
  if (earlier === undefined) return false
  const endMs = earlier[completeCount]
  const first = [...whole.buckets.keys()]
    .filter((ms) => ms >= earlier[0] && ms < endMs)
    .reduce((least, ms) => Math.min(least, ms), Infinity)
  const slackMs = Math.max((earlier[grid.count] - earlier[0]) / 10, grid.bucketMs)
  return first <= earlier[0] + slackMs
}

/** Whether values of parts make a whole, so that each is a share of it. */
export const makesWhole = (data: PanelData, value: string): boolean =>
  valueKindOf(data.metric.values[value]) === 'sum'

/** How a value is known with the panel's split over buckets, or over the whole stretch (Infinity). */
export const courseIn = (data: PanelData, value: string, bucketMs: number): Course =>
  courseOf(data.metric, value, data.final.by, bucketMs)

/** Windows that overlap are drawn at their last step: what a point is of was before it, mostly. */
function standing({ metric: { window }, panel }: PanelData): string[] {
  if (window.kind !== 'hopping' || kindOf(panel) !== 'series') return []
  return [`Each point is of the ${formatSpan(window.sizeMs)} up to it.`]
}

/** Sentences on values that are not what they would be if all added up. */
export function notesOn(data: PanelData, values: readonly string[], bucketMs: number): string[] {
  const unfiltered = [...data.filter.keys()].filter((tag) => !data.metric.by.includes(tag))
  const ignored = unfiltered.map(
    (tag) => `Not filtered by ${labelOf(tag).toLowerCase()}, which these numbers do not have.`,
  )
  const window = formatSpan(stepsOf(data.metric.window).sizeMs)
  const place = bucketMs === Infinity ? 'the time range' : 'each bucket'
  const labels = new Map<string, string[]>()
  for (const value of values) {
    const course = courseIn(data, value, bucketMs)
    if (course.kind === 'adds') continue
    const what = course.kind === 'none' ? 'not shown' : `the newest ${window} of ${place}`
    const note = `${what}, as ${course.why}.`
    labels.set(note, [...(labels.get(note) ?? []), labelOf(value)])
  }
  const notes = [...labels].map(([note, own]) => `${own.join(', ')}: ${note}`)
  return [...ignored, ...notes, ...standing(data)]
}
