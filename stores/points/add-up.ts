// Adds up points that were read, for stores that cannot do so themselves. Pure.
import { type Additions, addFields } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'

/** As `PointsStore.addUp` answers. `measurement` may have fewer tags than the points. */
export function addUpPoints(
  { name, tags }: Measurement,
  additions: Additions,
  points: readonly Point[],
): Point[] {
  const groups = new Map<string, Point[]>()
  for (const point of points) {
    const key = JSON.stringify(tags.map((tag) => point.tags[tag]))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [point])
    else group.push(point)
  }
  return [...groups.values()].map((group) => ({
    measurement: name,
    tags: Object.fromEntries(tags.map((tag) => [tag, group[0].tags[tag]])),
    fields: addFields(additions, group),
    timeMs: group.reduce((newest, { timeMs }) => Math.max(newest, timeMs), -Infinity),
  }))
}
