// Opens where records are set aside: beside the events, in tables or topics of their own.
import type { SetAsideArchive, SetAsideStore } from './dead-letters/dead-letters.ts'
import type { EventLog } from './event-log/event-log.ts'
import { eventsFile } from './open-event-log.ts'
import type { StoreSettings } from './settings.ts'

/** For the job that sets aside. */
export async function openSetAside(
  settings: StoreSettings,
): Promise<{ deadLetters: SetAsideStore; lateEvents: SetAsideStore }> {
  const { kafka } = settings
  if (kafka === undefined) {
    const { sqliteSetAside } = await import('./dead-letters/sqlite.ts')
    const file = eventsFile(settings)
    return {
      deadLetters: sqliteSetAside(file, 'dead_letters'),
      lateEvents: sqliteSetAside(file, 'late_events'),
    }
  }
  const { kafkaSetAside } = await import('./dead-letters/kafka.ts')
  const open = (kind: keyof typeof SUFFIX) => kafkaSetAside(kafka, topicOf(settings, kind))
  const both = [open('dead_letters'), open('late_events')] as const
  try {
    const [deadLetters, lateEvents] = await Promise.all(both)
    return { deadLetters, lateEvents }
  } catch (error) {
    // Who asks again gets two others.
    for (const one of both)
      one.then(
        (opened) => opened.close(),
        () => {},
      )
    throw error
  }
}

/**
 * Rejects where a job could set nothing aside for want of rights, and changes nothing. Embedded records are set aside in the
 * file of the log.
 */
export async function trySetAside(settings: StoreSettings, log: EventLog): Promise<void> {
  for (const kind of Object.keys(SUFFIX) as (keyof typeof SUFFIX)[]) {
    const topic = settings.kafka === undefined ? settings.eventsTopic : topicOf(settings, kind)
    const isThere = (await log.ends(topic)).size > 0
    await (isThere ? log.tryWrite(topic) : log.tryCreateTopic(topic))
  }
}

/** For people who look after what was set aside. */
export async function openArchive(
  settings: StoreSettings,
  kind: 'dead_letters' | 'late_events',
): Promise<SetAsideArchive> {
  if (settings.kafka === undefined) {
    const { sqliteArchive } = await import('./dead-letters/sqlite-archive.ts')
    return sqliteArchive(eventsFile(settings), kind)
  }
  const { kafkaArchive } = await import('./dead-letters/kafka-archive.ts')
  return kafkaArchive(settings.kafka, topicOf(settings, kind))
}

const SUFFIX = { dead_letters: 'dead-letters', late_events: 'late' }

const topicOf = ({ eventsTopic }: StoreSettings, kind: keyof typeof SUFFIX): string =>
  `${eventsTopic}.${SUFFIX[kind]}`
