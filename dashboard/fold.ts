// Adds up points of a metric for the page: the rules are those of data/definitions/rollup.ts, nothing is guessed.
import type { Enrichment, Metric } from '../data/definitions/metric.ts'
import { rollUp } from '../data/definitions/rollup.ts'
import type { Point } from '../data/point.ts'

/** A metric with the enrichment its tags come from, which decides what may be added up. */
export interface ShownMetric extends Metric {
  readonly enrichment: Enrichment
}

/**
 * Points with the tags `by`, one per bucket; `Infinity`: one for all of time; absent: windows stay apart. Values that do not
 * add are left out.
 */
export function fold(
  metric: ShownMetric,
  points: readonly Point[],
  by: readonly string[],
  bucketMs?: number,
): Point[] {
  const options = bucketMs === undefined ? { by } : { by, bucketMs }
  return rollUp(metric, metric.enrichment, points, options).points
}
