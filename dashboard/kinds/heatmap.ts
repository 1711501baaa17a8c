// A value by day and hour of the clock. Pure.
import type { Point } from '../../data/point.ts'
import type { HeatmapPanel } from '../api.ts'
import { fold } from '../fold.ts'
import { MAX_DAYS } from '../limits.ts'
import { courseIn, notesOn, type PanelData, rangeOf } from '../panel-data.ts'
import { HOUR_MS } from '../range.ts'

export function heatmapOf(data: PanelData): Pick<HeatmapPanel, 'tz' | 'days' | 'notes'> {
  const { metric, panel, shown } = data
  const tz = 'tz' in metric.window && metric.window.tz !== undefined ? metric.window.tz : data.tz
  const course = courseIn(data, panel.value, HOUR_MS)
  const notes = notesOn(data, [panel.value], HOUR_MS)
  if (course.kind === 'none') return { tz, days: [], notes }
  if (shown.bucketMs > HOUR_MS)
    return {
      tz,
      days: [],
      notes: [...notes, 'The range is too long for hours: choose a shorter one.'],
    }
  const { fromMs, toMs } = rangeOf(data)
  const hours = hoursIn(tz)
  const days = new Map<string, Point[][]>()
  const inside = [...shown.buckets].filter(([ms]) => ms >= fromMs && ms < toMs)
  for (const [startMs, bucket] of inside.sort(([a], [b]) => a - b)) {
    const { date, hour } = hours(startMs)
    const cells = days.get(date) ?? Array.from({ length: 24 }, (): Point[] => [])
    days.set(date, cells)
    if (course.kind === 'adds') cells[hour].push(...bucket.added)
    else if (bucket.last.length > 0) cells[hour] = [...bucket.last]
  }
  const cellOf = (points: readonly Point[]) => {
    const folded = course.kind === 'adds' ? fold(metric, points, shown.by, Infinity) : points
    return folded[0]?.fields[panel.value] ?? null
  }
  const newest = [...days].slice(-MAX_DAYS)
  const open = new Map<string, Set<number>>()
  for (const { timeMs } of data.open) {
    const { date, hour } = hours(timeMs)
    open.set(date, (open.get(date) ?? new Set()).add(hour))
  }
  return {
    tz,
    days: newest.map(([date, cells]) => ({
      date,
      cells: cells.map(cellOf),
      open: [...(open.get(date) ?? [])],
    })),
    notes,
  }
}

/** Date and hour that the zone's clock shows. */
function hoursIn(timeZone: string): (ms: number) => { date: string; hour: number } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  return (ms) => {
    const part = Object.fromEntries(
      format.formatToParts(ms).map(({ type, value }) => [type, value]),
    )
    return { date: `${part.year}-${part.month}-${part.day}`, hour: Number(part.hour) }
  }
}
