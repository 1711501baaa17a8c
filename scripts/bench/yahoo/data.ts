// Where the ads' events are, made at the first use and kept: a directory with an embedded log, and a topic in Kafka.
import { join } from 'node:path'
import type { EventLog, LogRecord } from '../../../stores/event-log/event-log.ts'
import { sqliteEventLog } from '../../../stores/event-log/sqlite.ts'
import { madeOnce, type Say, topicWith } from '../data.ts'
import { append } from '../fill.ts'
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
export const embeddedAds = (size: AdsSize, say: Say): Promise<string> =>
  madeOnce(`segments-${topicOf(size)}`, say, async (directory) => {
    const log = sqliteEventLog(join(directory, 'events.db'))
    await fillAds(log, size)
    await log.close()
  })

/** Fills Kafka's topic of this size. */
export const kafkaAds = (size: AdsSize, brokers: string, say: Say): Promise<void> =>
  topicWith({ topic: topicOf(size), events: size.events }, brokers, say, (log) =>
    fillAds(log, size),
  )

async function fillAds(log: EventLog, size: AdsSize): Promise<void> {
  await log.createTopic(topicOf(size), size.partitions)
  await append(log, topicOf(size), records(size))
}

function* records(size: AdsSize): Generator<LogRecord> {
  for (const event of eventsOf(size))
    yield { key: event.ad_id, value: Buffer.from(JSON.stringify(event)) }
}
