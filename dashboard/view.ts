// From folded points to what a panel draws: series in a common grid of buckets, totals, change. Pure.

import { stepsOf } from '../data/definitions/nodes.ts'
import { type Point, UNKNOWN } from '../data/point.ts'
import type { Series, SeriesPanel, Total } from './api.ts'
import { fold, type ShownMetric } from './fold.ts'
import { bucketsSeen, firstOf, type Grid, gridOf, valuesOf } from './grid.ts'
import { addPoints, type Rolled, splitOf } from './rolled.ts'

/** Tag values with a line of their own; what is left is folded into one. */
export const MAX_SERIES = 8

export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  /** Start of a stretch of equal length just before, when totals are to be compared with it. */
  readonly beforeFromMs?: number
  /** Windows that end after this are still open somewhere. */
  readonly completeUntilMs: number
}

/**
 * The view of one panel. A value that is not known for buckets this wide is left out, a note says so. `open`: points of
 * windows that are not in `rolled`, as they are not final.
 */
export function panelView(
  metric: ShownMetric,
  rolled: Rolled,
  stretch: Stretch,
  open: readonly Point[] = [],
): SeriesPanel {
  const { bucketMs } = rolled
  const grid = gridOf(metric, bucketMs, stretch)
  const insideOf = (all: Rolled) =>
    pointsIn(all, grid.buckets.startOf(stretch.fromMs), stretch.toMs)
  const inside = insideOf(rolled)
  const shown = open.length === 0 ? inside : insideOf(addPoints(metric, rolled, open))
  const distinct = metric.values[metric.panel.value].kind === 'countDistinct'
  const tooWide = distinct && bucketMs > stepsOf(metric.window).sizeMs
  const series = grid.count === 0 ? [] : seriesOf(metric, shown, inside, grid)
  return {
    id: metric.name,
    kind: 'series',
    split: metric.panel.split ?? null,
    lines: metric.panel.split === undefined ? 'one' : 'tags',
    empty: series.length === 0,
    notes: tooWide ? ['Distinct counts cannot be added up over time: choose a shorter range.'] : [],
    bucketMs,
    edges: grid.edges,
    completeCount: completeIn(stretch, grid),
    openFrom: firstOf(open, grid),
    series,
    totals: totalsOf(metric, rolled, inside, stretch, grid),
  }
}

function pointsIn(rolled: Rolled, fromMs: number, toMs: number): Point[] {
  const points: Point[] = []
  for (const [startMs, bucket] of rolled.buckets)
    if (startMs >= fromMs && startMs < toMs) points.push(...bucket)
  return points
}

/** Values of all `points`, totals of those that are `final`. */
function seriesOf(
  metric: ShownMetric,
  points: readonly Point[],
  final: readonly Point[],
  grid: Grid,
): Series[] {
  if (points.length === 0) return []
  const value = metric.panel.value
  const [split] = splitOf(metric)
  const totalOf = (own: readonly Point[]) => overall(metric, own)[value] ?? null
  if (split === undefined) {
    const total = totalOf(final)
    return [{ name: '', rest: 0, total, values: valuesOf(metric, value, points, grid) }]
  }
  const [named, finals] = [byTag(points, split), byTag(final, split)]
  const { shown, rest } = choose(metric, named)
  const seen = bucketsSeen(points, grid)
  const series = shown.map((name): Series => {
    const values = valuesOf(metric, value, named.get(name) ?? [], grid, seen)
    return { name, rest: 0, total: totalOf(finals.get(name) ?? []), values }
  })
  if (rest.length > 0) {
    const restOf = (all: typeof named) => rest.flatMap((name) => all.get(name) ?? [])
    const folded = fold(metric, restOf(named), [], grid.bucketMs)
    const values = valuesOf(metric, value, folded, grid, seen)
    series.push({ name: '', rest: rest.length, total: totalOf(restOf(finals)), values })
  }
  return series
}

function byTag(points: readonly Point[], tag: string): Map<string, Point[]> {
  const named = new Map<string, Point[]>()
  for (const point of points) {
    const name = point.tags[tag] ?? UNKNOWN
    const list = named.get(name)
    if (list === undefined) named.set(name, [point])
    else list.push(point)
  }
  return named
}

/** Which tag values get a line of their own, in the order of the legend, and which do not. */
function choose(metric: ShownMetric, named: ReadonlyMap<string, readonly Point[]>) {
  const weights = new Map([...named].map(([name, points]) => [name, weightOf(metric, points)]))
  const heaviest = [...named.keys()].sort(
    (a, b) => weights.get(b)! - weights.get(a)! || compareNames(a, b),
  )
  const keep = heaviest.length <= MAX_SERIES ? heaviest.length : MAX_SERIES - 1
  const shown = heaviest.slice(0, keep)
  const ordinal = shown.every((name) => name === UNKNOWN || /^\d/.test(name))
  if (ordinal) shown.sort(compareNames)
  const last = (name: string) => (name === UNKNOWN ? 1 : 0)
  return { shown: shown.sort((a, b) => last(a) - last(b)), rest: heaviest.slice(keep) }
}

const names = new Intl.Collator('en', { numeric: true })
const compareNames = (a: string, b: string) => names.compare(a, b) || (a < b ? -1 : 1)

/** How much a tag value matters: its value, or for a ratio what it is divided by. */
function weightOf(metric: ShownMetric, points: readonly Point[]): number {
  const node = metric.values[metric.panel.value]
  const name = node.kind === 'ratio' ? node.denominator : metric.panel.value
  return points.reduce((sum, point) => sum + (point.fields[name] ?? 0), 0)
}

/** Every value of the metric over all these points. */
function overall(metric: ShownMetric, points: readonly Point[]): Readonly<Record<string, number>> {
  return fold(metric, points, [], Infinity)[0]?.fields ?? {}
}

function totalsOf(
  metric: ShownMetric,
  rolled: Rolled,
  points: readonly Point[],
  stretch: Stretch,
  grid: Grid,
): Total[] {
  const together = fold(metric, points, [], grid.bucketMs)
  const now = overall(metric, points)
  const compared = comparedOf(metric, rolled, stretch, grid)
  return (metric.panel.totals ?? []).map((name) => {
    const [then, before] = [compared?.now[name], compared?.before[name]]
    return {
      name,
      adds: true,
      now: now[name] ?? null,
      compared: then === undefined || before === undefined ? null : { now: then, before },
      values: valuesOf(metric, name, together, grid),
    }
  })
}

/** All values over the complete buckets and over those a range earlier, unless data begins too late to be fair. */
function comparedOf(metric: ShownMetric, rolled: Rolled, stretch: Stretch, grid: Grid) {
  if (stretch.beforeFromMs === undefined) return undefined
  const { bucketMs, buckets } = grid
  if (grid.count === 0) return undefined
  const startMs = grid.edges[0]
  const endMs = grid.edges[completeIn(stretch, grid)]
  const lengthMs = Math.ceil((stretch.fromMs - stretch.beforeFromMs) / bucketMs) * bucketMs
  // To the nearest bucket: where the clock was changed between the two, their starts are an hour apart.
  const earlier = (ms: number) => buckets.startOf(ms - lengthMs + bucketMs / 2)
  const before = pointsIn(rolled, earlier(startMs), earlier(endMs))
  const firstMs = before.reduce((least, point) => Math.min(least, point.timeMs), Infinity)
  const slackMs = Math.max(lengthMs / 10, bucketMs)
  if (firstMs > earlier(startMs) + slackMs) return undefined
  const now = overall(metric, pointsIn(rolled, startMs, endMs))
  return { now, before: overall(metric, before) }
}

/** How many buckets end by then. */
const completeIn = ({ completeUntilMs }: Stretch, { edges }: Grid) =>
  edges.slice(1).filter((endMs) => endMs <= completeUntilMs).length
