// Reads a long stretch of a points store back from its newest point, in parts: so that neither memory nor the length of one
// read grows with it. What is drawn in buckets wider than the metric's windows is added up by the store.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { measurementOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { additionsOf, whatAdds, withComputed } from '../data/definitions/rollup.ts'
import { comparePoints } from '../data/point-order.ts'
import type { Clock } from '../kit/clock.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { bucketsOf } from './buckets.ts'
import type { ShownMetric } from './fold.ts'
import { type Bucket, bucketsOfPoints } from './rolled.ts'
import type { PointsSource } from './store-health.ts'

/** Parts grow and shrink until a read takes about so long: the rest of the process, the job perhaps, waits meanwhile. */
const WANTED_MS = 50
const FIRST_WINDOWS = 60
/** What is added up begins and ends at multiples of these, of which a store may keep the sums. */
const STEPS_MS = [86_400_000, 3_600_000, 300_000]
const SHORTEST_STEP_MS = 300_000

/** Part of a stretch, not longer than a bucket where that is added up; by a time in it. */
export type Part = readonly (readonly [timeMs: number, Bucket])[]

export interface ReadBack {
  readonly parts: AsyncGenerator<Part, void>
  /** Once parts were read: the newest point's time. */
  newestMs(): number | undefined
  /** Everything from here on was read; undefined: nothing yet. */
  backToMs(): number | undefined
}

/** `bucketMs` is asked before each part: buckets may have widened. */
export function readBack(
  points: PointsSource,
  metric: ShownMetric,
  query: PointsQuery,
  bucketMs: () => number,
  clock: Clock,
): ReadBack {
  const windowMs = stepsOf(metric.window).sizeMs
  let newestMs: number | undefined
  let backToMs: number | undefined
  async function* parts(): AsyncGenerator<Part, void> {
    let lengthMs = FIRST_WINDOWS * windowMs
    let lastMs = await newestIn(points, metric, query)
    newestMs = lastMs
    let untilMs = query.toMs ?? Infinity
    while (lastMs !== undefined) {
      const beganMs = clock.nowMs()
      const buckets = bucketMs() === windowMs ? undefined : bucketsOf(metric, bucketMs())
      const fromMs = Math.max(
        query.fromMs ?? -Infinity,
        startOf(lastMs, lengthMs),
        buckets?.startOf(lastMs) ?? -Infinity,
      )
      // There is nothing after the newest point.
      const toMs = Math.min(
        untilMs,
        Math.ceil((lastMs + 1) / SHORTEST_STEP_MS) * SHORTEST_STEP_MS,
        buckets?.endOf(buckets.startOf(lastMs)) ?? Infinity,
      )
      const part: Part =
        buckets === undefined
          ? bucketsOfPoints(await points.read(measurementOf(metric), { fromMs, toMs: lastMs + 1 }))
          : [[fromMs, await addedUp(points, metric, { fromMs, toMs, lastMs }, bucketMs())]]
      const leastMs = buckets === undefined ? windowMs : Math.max(windowMs, SHORTEST_STEP_MS)
      const tookMs = clock.nowMs() - beganMs
      if (tookMs < WANTED_MS / 2) lengthMs *= 2
      else if (tookMs > WANTED_MS * 2)
        lengthMs = Math.max(leastMs, Math.ceil((lengthMs * WANTED_MS) / tookMs))
      backToMs = fromMs
      untilMs = fromMs
      yield part
      await nextTurn()
      lastMs = await newestIn(points, metric, { ...query, toMs: fromMs })
    }
    backToMs = query.fromMs ?? backToMs
  }
  return { parts: parts(), newestMs: () => newestMs, backToMs: () => backToMs }
}

/** Where a part of about this length begins that ends with `lastMs`. */
function startOf(lastMs: number, lengthMs: number): number {
  const stepMs = STEPS_MS.find((ms) => ms <= lengthMs)
  const fromMs = lastMs + 1 - lengthMs
  return stepMs === undefined ? fromMs : Math.ceil(fromMs / stepMs) * stepMs
}
/** The time of the newest point in a stretch. */
async function newestIn(
  points: PointsSource,
  metric: ShownMetric,
  query: PointsQuery,
): Promise<number | undefined> {
  const [newest] = await points.addUp({ ...measurementOf(metric), tags: [] }, {}, query)
  return newest?.timeMs
}

/** A stretch within one bucket, whose newest window starts at `lastMs`. */
async function addedUp(
  points: PointsSource,
  metric: ShownMetric,
  {
    fromMs,
    toMs,
    lastMs,
  }: { readonly fromMs: number; readonly toMs: number; readonly lastMs: number },
  bucketMs: number,
): Promise<Bucket> {
  const measurement = measurementOf(metric)
  const { by, enrichment, values } = metric
  const { kept } = whatAdds(metric, enrichment, { by, bucketMs })
  const additions = additionsOf(kept)
  const some = kept.length === 0 ? [] : await points.addUp(measurement, additions, { fromMs, toMs })
  const timeMs = bucketsOf(metric, bucketMs).startOf(fromMs)
  const added = some.map((point) => ({
    ...point,
    fields: withComputed(kept, point.fields),
    timeMs,
  }))
  const newest = { fromMs: lastMs, toMs: lastMs + 1 }
  const allAdd = kept.length === Object.keys(values).length
  return {
    added: added.sort(comparePoints(measurement)),
    last: allAdd ? [] : await points.read(measurement, newest),
  }
}
