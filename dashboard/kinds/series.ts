// Lines or layers over time: one per value of the split, per value of the panel, or a single one. Pure.
import type { Point } from '../../data/point.ts'
import { amountsBy } from '../amounts.ts'
import type { Series, SeriesPanel } from '../api.ts'
import { pointsAt } from '../grid.ts'
import { courseIn, makesWhole, notesOn, type PanelData, rangeOf } from '../panel-data.ts'
import { valuesOfPanel } from '../panels.ts'
import type { Rolled } from '../rolled.ts'
import { chosenOf, restOf } from './rest.ts'

/** Tag values with a line of their own; what is left is folded into one. */
export const MAX_SERIES = 8

type Lines = Pick<SeriesPanel, 'lines' | 'series' | 'notes'>

export function seriesOf(data: PanelData): Lines {
  const { panel, split, grid, shown } = data
  const values = valuesOfPanel(panel)
  const notes = notesOn(data, values, grid.bucketMs)
  const known = values.filter((value) => courseIn(data, value, grid.bucketMs).kind !== 'none')
  const lines = split !== undefined ? 'tags' : values.length > 1 ? 'values' : 'one'
  if (grid.count === 0 || shown.buckets.size === 0 || known.length === 0)
    return { lines, series: [], notes }
  if (split !== undefined) return byTag(data, split, notes)
  const line = lineOf(data, data, undefined)
  const series = known.map((value): Series => {
    return { name: lines === 'one' ? '' : value, rest: 0, ...line('', value) }
  })
  return { lines, series: series.some(hasValue) ? series : [], notes }
}

const hasValue = ({ values }: Pick<Series, 'values'>) => values.some((value) => value !== null)

function byTag(data: PanelData, split: string, notes: readonly string[]): Lines {
  const { value } = data.panel
  const chosen = chosenOf(data, split, MAX_SERIES, 'either')
  const line = lineOf(data, data, split)
  const series = chosen.shown.map((name): Series => ({ name, rest: 0, ...line(name, value) }))
  if (chosen.rest.length === 0) return { lines: 'tags', series, notes }
  const rest = {
    final: restOf(data, data.final, split, chosen),
    shown: restOf(data, data.shown, split, chosen),
    counted: restOf(data, data.counted, split, chosen),
  }
  const others = lineOf(data, rest, undefined)('', value)
  const left = chosen.rest.length
  if (hasValue(others))
    return { lines: 'tags', series: [...series, { name: '', rest: left, ...others }], notes }
  return { lines: 'tags', series, notes: [...notes, `${left} smaller ones are not shown.`] }
}

/** Makes a line: its value per bucket and over the whole stretch, and the same a stretch earlier. */
function lineOf(
  data: PanelData,
  { final, shown, counted }: Pick<PanelData, 'final' | 'shown' | 'counted'>,
  tag: string | undefined,
) {
  const { metric, grid, earlier } = data
  const starts = grid.edges.slice(0, grid.count)
  const totals = amountsBy(metric, counted, rangeOf(data), tag)
  const compares = data.compare && earlier !== undefined
  const totalsBefore = compares
    ? amountsBy(metric, final, { fromMs: earlier[0], toMs: earlier[grid.count] }, tag)
    : undefined
  return (name: string, value: string): Pick<Series, 'total' | 'values' | 'before'> => {
    const course = courseIn(data, value, grid.bucketMs).kind === 'adds' ? 'adds' : 'last'
    const empty = makesWhole(data, value) ? 0 : null
    const read = (rolled: Rolled, from: readonly number[]) =>
      pointsAt(rolled, from, course).map((points) =>
        points === undefined ? null : (valueIn(points, value, tag, name) ?? empty),
      )
    const line = { total: totals.get(name)?.[value] ?? null, values: read(shown, starts) }
    if (!compares) return line
    const total = totalsBefore?.get(name)?.[value] ?? null
    return { ...line, before: { total, values: read(final, earlier.slice(0, grid.count)) } }
  }
}

function valueIn(
  points: readonly Point[],
  value: string,
  tag: string | undefined,
  name: string,
): number | undefined {
  const point = tag === undefined ? points[0] : points.find(({ tags }) => tags[tag] === name)
  return point?.fields[value]
}
