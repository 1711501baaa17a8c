// Composition of the stores: the address that is set chooses the real one, else the embedded one.
import { join } from 'node:path'
import type { SetAsideStore } from './dead-letters/dead-letters.ts'
import { kafkaSetAside } from './dead-letters/kafka.ts'
import { sqliteSetAside } from './dead-letters/sqlite.ts'
import { eventsFile } from './open-event-log.ts'
import { influxPoints } from './points/influx.ts'
import type { PointsStore } from './points/points-store.ts'
import { sqlitePoints } from './points/sqlite.ts'
import type { StoreSettings } from './settings.ts'

export { describeStores } from './describe.ts'
export { openDemographics } from './open-demographics.ts'
export { openEventLog } from './open-event-log.ts'

/** Where a job sets records aside: beside the events, in topics or tables of their own. */
export async function openSetAside(
  settings: StoreSettings,
): Promise<{ deadLetters: SetAsideStore; lateEvents: SetAsideStore }> {
  if (settings.kafka === undefined) {
    const file = eventsFile(settings)
    return {
      deadLetters: sqliteSetAside(file, 'dead_letters'),
      lateEvents: sqliteSetAside(file, 'late_events'),
    }
  }
  return {
    deadLetters: await kafkaSetAside(settings.kafka, `${settings.eventsTopic}.dead-letters`),
    lateEvents: await kafkaSetAside(settings.kafka, `${settings.eventsTopic}.late`),
  }
}

export function openPoints(settings: StoreSettings): PointsStore {
  if (settings.influx !== undefined) return influxPoints(settings.influx)
  return sqlitePoints(join(settings.dataDir, 'points.db'))
}
