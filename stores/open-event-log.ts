// Opens the event log alone. Of the clients only the one that is asked for is loaded: a program starts sooner.
import { join } from 'node:path'
import type { EventLog } from './event-log/event-log.ts'
import type { StoreSettings } from './settings.ts'

export async function openEventLog(settings: StoreSettings): Promise<EventLog> {
  if (settings.kafka !== undefined) {
    const { kafkaEventLog } = await import('./event-log/kafka.ts')
    return kafkaEventLog(settings.kafka)
  }
  const { sqliteEventLog } = await import('./event-log/sqlite.ts')
  return sqliteEventLog(eventsFile(settings))
}

/** The file of the embedded event log. */
export const eventsFile = (settings: StoreSettings): string => join(settings.dataDir, 'events.db')
