// Opens the event log alone: a program that needs nothing else loads nothing else, and starts a second sooner.
import { join } from 'node:path'
import type { EventLog } from './event-log/event-log.ts'
import { kafkaEventLog } from './event-log/kafka.ts'
import { sqliteEventLog } from './event-log/sqlite.ts'
import type { StoreSettings } from './settings.ts'

export function openEventLog(settings: StoreSettings): EventLog {
  if (settings.kafka !== undefined) return kafkaEventLog(settings.kafka)
  return sqliteEventLog(eventsFile(settings))
}

/** The file of the embedded event log. */
export const eventsFile = (settings: StoreSettings): string => join(settings.dataDir, 'events.db')
