// Composition of the streaming job: opens the stores, restores the job, runs its turns, closes everything.
import { measurementOf } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { systemClock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import type { StartAt } from '../stores/event-log/event-log.ts'
import {
  describeStores,
  openDemographics,
  openEventLog,
  openPoints,
  openSetAside,
} from '../stores/open.ts'
import type { StoreSettings } from '../stores/settings.ts'
import type { StreamingConfig } from './config.ts'
import { avroDecoder } from './decode/avro.ts'
import { Job } from './job.ts'
import { TableRefresher } from './refresh.ts'
import { reportTable, reportWhileRunning, summarise, type Worked } from './report.ts'
import { checkPlace, checkpointsOf, resume } from './resume.ts'
import { SetAsideBuffer } from './set-aside.ts'
import { Turns } from './turn.ts'

const REPORT_EVERY_MS = 10_000

export interface StreamOptions {
  readonly pipeline: Pipeline
  readonly settings: StoreSettings
  readonly config: StreamingConfig
  /** Process what is in the log now, write every window and return. */
  readonly once: boolean
  /** Start a new job here; absent: go on from the checkpoint, or from the log's beginning. */
  readonly from?: StartAt
}

/**
 * Runs until `signal` is aborted or, with `once`, until the log's present end. State is saved in both cases. Answers what
 * this run read.
 */
export async function runStream(
  options: StreamOptions,
  log: Log,
  signal: AbortSignal,
): Promise<Worked> {
  const { pipeline, settings, config } = options
  const retry: RetryContext = { clock: systemClock, log, signal }
  const closers: (() => Promise<void>)[] = []
  const opened = <T extends { close(): Promise<void> }>(store: T): T => {
    closers.unshift(() => store.close())
    return store
  }
  try {
    const events = opened(openEventLog(settings))
    const demographics = opened(openDemographics(settings))
    const points = opened(openPoints(settings))
    log.info(describeStores({ events, demographics, points }))
    await untilAvailable(retry, () => points.prepare())

    const job = new Job(pipeline, config, avroDecoder(pipeline.avroSchema))
    const { enrichment } = pipeline
    const refresher = new TableRefresher(demographics, enrichment.fields, job.table, retry)
    await refresher.load()
    reportTable(job, enrichment.table, log)

    const topic = settings.eventsTopic
    const logIdentity = await untilAvailable(retry, () => events.identity())
    const checkpoints = checkpointsOf(
      { pipeline: pipeline.name, log: logIdentity, topic, points: points.identity },
      settings.dataDir,
    )
    const from = await resume(job, checkpoints, options.from, log)
    const openReader = () =>
      // Jobs of other topics are other groups: within one, all but one reader stand by.
      events.reader({
        topic,
        group: `windrow-${pipeline.name}/${topic}`,
        from,
        startAt: options.from ?? 'earliest',
      })
    const reader = opened(await untilAvailable(retry, openReader))
    const { deadLetters, lateEvents } = await untilAvailable(retry, () => openSetAside(settings))
    const setAside = new SetAsideBuffer(topic, opened(deadLetters), opened(lateEvents))
    const ends = await untilAvailable(retry, () => reader.ends())
    checkPlace(reader.positions(), ends, topic)

    const measurements = pipeline.metrics.map(measurementOf)
    const turns = new Turns(
      {
        job,
        measurements,
        reader,
        points,
        setAside,
        checkpoints,
        config,
        clock: systemClock,
        retry,
      },
      ends,
    )
    const finished = new AbortController()
    closers.unshift(async () => finished.abort())
    void refresher.keepFresh(config.refreshEveryMs, finished.signal)
    reportWhileRunning(job, () => turns.lag, log, REPORT_EVERY_MS, finished.signal)
    if (options.once) await turns.runThrough(ends, signal)
    else await turns.runUntil(signal)
    const lateEventsAt =
      settings.kafka === undefined ? 'the table late_events' : `the topic ${topic}.late`
    const { worked } = turns
    summarise(job, worked, lateEventsAt, log)
    return worked
  } finally {
    for (const close of closers)
      await close().catch((error: Error) => log.warn(`closing: ${error.message}`))
  }
}
