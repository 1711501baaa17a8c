// Points store in memory: for tests, and the plainest statement of what the port promises.
import { type Measurement, type Point, UNKNOWN } from '../../data/point.ts'
import { comparePoints, identityOf, lastOfEach, measurementFinder } from '../../data/point-order.ts'
import { addUpPoints } from './add-up.ts'
import type { PointsQuery, PointsStore, Removal } from './points-store.ts'

/** A points store that forgets everything with the process. */
export function memoryPoints(): PointsStore {
  const byMeasurement = new Map<string, Map<string, Point>>()
  const read = (measurement: Measurement, query: PointsQuery): Point[] => {
    const { fromMs = -Infinity, toMs = Infinity } = query
    return [...(byMeasurement.get(measurement.name)?.values() ?? [])]
      .filter((point) => fromMs <= point.timeMs && point.timeMs < toMs)
      .map((point) => pointOf(point, measurement))
      .sort(comparePoints(measurement))
  }
  return {
    description: 'memory',
    identity: 'memory',
    prepare: async () => {},
    write: async (points, measurements) => {
      const measurementOf = measurementFinder(measurements)
      for (const point of lastOfEach(points, measurementOf)) {
        const kept = byMeasurement.get(point.measurement) ?? new Map<string, Point>()
        byMeasurement.set(point.measurement, kept)
        kept.set(identityOf(point, measurementOf(point)), structuredClone(point))
      }
    },
    tryWrite: async () => {},
    read: async (measurement, query) => read(measurement, query),
    addUp: async (measurement, additions, query) =>
      addUpPoints(measurement, additions, read(measurement, query)),
    remove: async (measurement, removal) => {
      const kept = byMeasurement.get(measurement.name) ?? new Map<string, Point>()
      const isOut = removes(removal, measurement)
      for (const [key, point] of kept) if (isOut(pointOf(point, measurement))) kept.delete(key)
    },
    close: async () => {},
  }
}

function removes(removal: Removal, measurement: Measurement): (point: Point) => boolean {
  if (!('points' in removal))
    return ({ timeMs }) => removal.fromMs <= timeMs && timeMs < removal.toMs
  const out = new Set(removal.points.map((point) => identityOf(point, measurement)))
  return (point) => out.has(identityOf(point, measurement))
}

/** The point with the tags and fields that are asked for; tags that it was written without are unknown. */
function pointOf(point: Point, { name, tags, fields }: Measurement): Point {
  return {
    measurement: name,
    tags: Object.fromEntries(tags.map((tag) => [tag, point.tags[tag] ?? UNKNOWN])),
    fields: Object.fromEntries(Object.entries(point.fields).filter(([field]) => field in fields)),
    timeMs: point.timeMs,
  }
}
