// Composition of the stores: the address that is set chooses the real one, else the embedded one.
import { join } from 'node:path'
import type { SetAsideStore } from './dead-letters/dead-letters.ts'
import { kafkaSetAside } from './dead-letters/kafka.ts'
import { sqliteSetAside } from './dead-letters/sqlite.ts'
import type { DemographicsStore } from './demographics/demographics-store.ts'
import { mysqlDemographics } from './demographics/mysql.ts'
import { sqliteDemographics } from './demographics/sqlite.ts'
import type { EventLog } from './event-log/event-log.ts'
import { kafkaEventLog } from './event-log/kafka.ts'
import { sqliteEventLog } from './event-log/sqlite.ts'
import { influxPoints } from './points/influx.ts'
import type { PointsStore } from './points/points-store.ts'
import { sqlitePoints } from './points/sqlite.ts'
import type { StoreSettings } from './settings.ts'

export function openEventLog(settings: StoreSettings): EventLog {
  if (settings.kafka !== undefined) return kafkaEventLog(settings.kafka)
  return sqliteEventLog(eventsFile(settings))
}

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

const eventsFile = (settings: StoreSettings): string => join(settings.dataDir, 'events.db')

export function openDemographics(settings: StoreSettings): DemographicsStore {
  if (settings.mysql !== undefined) return mysqlDemographics(settings.mysql)
  return sqliteDemographics(join(settings.dataDir, 'demographics.db'))
}

export function openPoints(settings: StoreSettings): PointsStore {
  if (settings.influx !== undefined) return influxPoints(settings.influx)
  return sqlitePoints(join(settings.dataDir, 'points.db'))
}

/** The line every program prints at start: which stores it uses. */
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
