// For tests: the final points that a job's store has, read through its adapter.
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import type { Point } from '../../data/point.ts'
import { allOrProblems } from '../../kit/config.ts'
import { openPoints } from '../../stores/open.ts'
import { storeSettings } from '../../stores/settings.ts'

/** In the store's order. `environment`: the job's. */
export async function storedPoints(
  environment: NodeJS.ProcessEnv,
  metric: Metric,
): Promise<Point[]> {
  const [settings] = allOrProblems(storeSettings(environment))
  const store = await openPoints(settings)
  try {
    return await store.read(measurementOf(metric), {})
  } finally {
    await store.close()
  }
}
