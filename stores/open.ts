// Composition of the stores: the address that is set chooses the real one, else the embedded one.
import { join } from 'node:path'
import type { PointsStore } from './points/points-store.ts'
import type { StoreSettings } from './settings.ts'

export { describeStores } from './describe.ts'
export { openCheckpoints } from './open-checkpoints.ts'
export { openDemographics } from './open-demographics.ts'
export { openEventLog } from './open-event-log.ts'
export { openSetAside } from './open-set-aside.ts'

/** Of the clients only the one that is asked for is loaded: a program starts sooner. */
export async function openPoints(settings: StoreSettings): Promise<PointsStore> {
  if (settings.influx !== undefined) {
    const { influxPoints } = await import('./points/influx.ts')
    return influxPoints(settings.influx)
  }
  const { sqlitePoints } = await import('./points/sqlite.ts')
  return sqlitePoints(join(settings.dataDir, 'points.db'))
}
