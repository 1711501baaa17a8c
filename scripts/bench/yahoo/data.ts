// Where the ads' events are, made at the first use and kept: a directory with an embedded log, and a topic in Kafka.
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventLog, LogRecord } from '../../../stores/event-log/event-log.ts'
import { kafkaEventLog } from '../../../stores/event-log/kafka.ts'
import { sqliteEventLog } from '../../../stores/event-log/sqlite.ts'
import { DIRECTORY, type Say } from '../data.ts'
import { append, countRecords } from '../fill.ts'
import { deleteTopic } from '../topics.ts'
import { type AdEvent, Ads } from './ads.ts'

const EVENTS_PER_MS = 10

export interface AdsSize {
  readonly events: number
  readonly campaigns: number
  readonly partitions: number
  readonly seed: number
}

export const topicOf = ({ events, campaigns, partitions, seed }: AdsSize): string =>
  `bench-yahoo-${events}-${campaigns}-${partitions}-${seed}`

/** The events of a size. */
export const eventsOf = ({ events, campaigns, seed }: AdsSize): Generator<AdEvent> =>
  new Ads(campaigns, seed).events(events, EVENTS_PER_MS)

/** A directory with an embedded log of this size. */
export async function embeddedAds(size: AdsSize, say: Say): Promise<string> {
  const directory = join(DIRECTORY, topicOf(size))
  if (existsSync(directory)) return directory
  const unfinished = `${directory}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  say(`makes ${directory}`)
  await filled(sqliteEventLog(join(unfinished, 'events.db')), size)
  await rename(unfinished, directory)
  return directory
}

/** Fills Kafka's topic of this size. */
export async function kafkaAds(size: AdsSize, brokers: string, say: Say): Promise<void> {
  const log = kafkaEventLog({ brokers: brokers.split(',') })
  const there = await countRecords(log, topicOf(size))
  if (there === size.events) return log.close()
  if (there > 0) await deleteTopic(brokers, topicOf(size))
  say(`fills ${topicOf(size)} in ${log.description}`)
  await filled(log, size)
}

async function filled(log: EventLog, size: AdsSize): Promise<void> {
  try {
    await log.createTopic(topicOf(size), size.partitions)
    await append(log, topicOf(size), records(size))
  } finally {
    await log.close()
  }
}

function* records(size: AdsSize): Generator<LogRecord> {
  for (const event of eventsOf(size))
    yield { key: event.ad_id, value: Buffer.from(JSON.stringify(event)) }
}
