// Values over a whole stretch: added up where they add up, else those of its newest window. Pure.
import type { Point } from '../data/point.ts'
import { fold, type ShownMetric } from './fold.ts'
import type { Rolled } from './rolled.ts'

export type Fields = Readonly<Record<string, number>>

/** Fields by the values of `tag`, which the rolled points have; without it all under one empty name. */
export function amountsBy(
  metric: ShownMetric,
  rolled: Rolled,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  tag: string | undefined,
): Map<string, Fields> {
  const by = tag === undefined ? rolled.by : [tag, ...rolled.by.filter((other) => other !== tag)]
  const inside = [...rolled.buckets].filter(([startMs]) => startMs >= fromMs && startMs < toMs)
  const newestMs = inside.reduce((newest, [startMs]) => Math.max(newest, startMs), -Infinity)
  const last = rolled.buckets.get(newestMs)?.last ?? []
  const newest = last.reduce((latest, { timeMs }) => Math.max(latest, timeMs), -Infinity)
  const amounts = new Map<string, Fields>()
  const put = (points: readonly Point[]) => {
    for (const { tags, fields } of points) {
      const name = tag === undefined ? '' : tags[tag]
      amounts.set(name, { ...amounts.get(name), ...fields })
    }
  }
  put(last.filter(({ timeMs }) => timeMs === newest))
  const added = inside.flatMap(([, bucket]) => bucket.added)
  put(fold(metric, added, by, Infinity))
  return amounts
}
