// Composition of the stores: the address that is set chooses the real one, else the embedded one.
import { join } from 'node:path'
import { influxPoints } from './points/influx.ts'
import type { PointsStore } from './points/points-store.ts'
import { sqlitePoints } from './points/sqlite.ts'
import type { StoreSettings } from './settings.ts'

export { describeStores } from './describe.ts'
export { openCheckpoints } from './open-checkpoints.ts'
export { openDemographics } from './open-demographics.ts'
export { openEventLog } from './open-event-log.ts'
export { openSetAside } from './open-set-aside.ts'

export function openPoints(settings: StoreSettings): PointsStore {
  if (settings.influx !== undefined) return influxPoints(settings.influx)
  return sqlitePoints(join(settings.dataDir, 'points.db'))
}
