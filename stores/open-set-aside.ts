// Opens where records are set aside: beside the events, in tables or topics of their own.
import type { SetAsideArchive, SetAsideStore } from './dead-letters/dead-letters.ts'
import { kafkaSetAside } from './dead-letters/kafka.ts'
import { kafkaArchive } from './dead-letters/kafka-archive.ts'
import { sqliteSetAside } from './dead-letters/sqlite.ts'
import { sqliteArchive } from './dead-letters/sqlite-archive.ts'
import { eventsFile } from './open-event-log.ts'
import type { StoreSettings } from './settings.ts'

/** For the job that sets aside. */
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
    deadLetters: await kafkaSetAside(settings.kafka, topicOf(settings, 'dead_letters')),
    lateEvents: await kafkaSetAside(settings.kafka, topicOf(settings, 'late_events')),
  }
}

/** For people who look after what was set aside. */
export function openArchive(
  settings: StoreSettings,
  kind: 'dead_letters' | 'late_events',
): SetAsideArchive {
  if (settings.kafka === undefined) return sqliteArchive(eventsFile(settings), kind)
  return kafkaArchive(settings.kafka, topicOf(settings, kind))
}

const SUFFIX = { dead_letters: 'dead-letters', late_events: 'late' }

const topicOf = ({ eventsTopic }: StoreSettings, kind: keyof typeof SUFFIX): string =>
  `${eventsTopic}.${SUFFIX[kind]}`
