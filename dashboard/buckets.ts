// The buckets a panel is drawn in: windows of windows, by the clock of the metric's zone where it has one. Pure.

import type { Metric } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../data/definitions/windows.ts'

/** Buckets of this length, a multiple of the metric's windows. */
export const bucketsOf = (metric: Metric, bucketMs: number): Windows =>
  windowsOf({ ...stepsOf(metric.window), sizeMs: bucketMs })

/** The first start of a bucket at or after `ms`. */
export function ceilIn(buckets: Windows, ms: number): number {
  const startMs = buckets.startOf(ms)
  return startMs === ms ? ms : buckets.endOf(startMs)
}

/** Starts of the buckets that touch [fromMs, toMs), and the end of the last; none when that would be more than `most`. */
export function edgesIn(buckets: Windows, fromMs: number, toMs: number, most: number): number[] {
  const edges = [buckets.startOf(fromMs)]
  for (let endMs = edges[0]; endMs < toMs; edges.push(endMs)) {
    if (edges.length > most) return []
    endMs = buckets.endOf(endMs)
  }
  return edges
}
