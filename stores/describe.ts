// The line every program prints at start: which stores it uses.
import type { DemographicsStore } from './demographics/demographics-store.ts'
import type { EventLog } from './event-log/event-log.ts'
import type { PointsStore } from './points/points-store.ts'

/** "stores: events SQLite .windrow/events.db · points InfluxDB http://…". */
export function describeStores(stores: {
  readonly events?: EventLog
  readonly demographics?: DemographicsStore
  readonly points?: PointsStore
}): string {
  const parts = [
    stores.events && `events ${stores.events.description}`,
    stores.demographics && `demographics ${stores.demographics.description}`,
    stores.points && `points ${stores.points.description}`,
  ]
  return `stores: ${parts.filter(Boolean).join(' · ')}`
}
