// Composition of the streaming job: opens the stores, restores the job, runs its turns, closes everything.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { measurementOf } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { systemClock } from '../kit/clock.ts'
import { RefusedError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import type { CheckpointStore } from '../stores/checkpoints/checkpoints.ts'
import { fileCheckpoints } from '../stores/checkpoints/file.ts'
import type { EventLog, Offsets, StartAt } from '../stores/event-log/event-log.ts'
import {
  describeStores,
  openDemographics,
  openEventLog,
  openPoints,
  openSetAside,
} from '../stores/open.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import type { StoreSettings } from '../stores/settings.ts'
import type { StreamingConfig } from './config.ts'
import { avroDecoder } from './decode/avro.ts'
import { Job } from './job.ts'
import { TableRefresher } from './refresh.ts'
import { describeLedger, describeProgress, lateHint, reportWhileRunning } from './report.ts'
import { SetAsideBuffer } from './set-aside.ts'
import { restoreJob } from './snapshot.ts'
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

/** Runs until `signal` is aborted or, with `once`, until the log's present end. State is saved in both cases. */
export async function runStream(
  options: StreamOptions,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { pipeline, settings, config } = options
  const topic = settings.eventsTopic
  const retry: RetryContext = { clock: systemClock, log, signal }
  const events = openEventLog(settings)
  const demographics = openDemographics(settings)
  const points = openPoints(settings)
  log.info(describeStores({ events, demographics, points }))

  await untilAvailable(retry, () => points.prepare())
  const job = new Job(pipeline, config, avroDecoder(pipeline.avroSchema))
  const refresher = new TableRefresher(demographics, pipeline.enrichment.fields, job.table, retry)
  await refresher.load()
  log.info(
    `${job.table.rowCount.toLocaleString('en-US')} rows of ${pipeline.enrichment.table} loaded`,
  )

  const checkpoints = await untilAvailable(retry, () => checkpointsOf(options, events, points))
  const from = await resume(job, checkpoints, options, log)
  const reader = await untilAvailable(retry, () =>
    events.reader(topic, `windrow-${pipeline.name}`, from, options.from ?? 'earliest'),
  )
  const setAside = await untilAvailable(retry, () => openSetAside(settings))
  const stopRefreshing = new AbortController()
  try {
    const ends = await untilAvailable(retry, () => reader.ends())
    checkPlace(reader.positions(), ends, topic)
    const turns = new Turns(
      {
        job,
        measurements: pipeline.metrics.map(measurementOf),
        reader,
        points,
        setAside: new SetAsideBuffer(topic, setAside.deadLetters, setAside.lateEvents),
        checkpoints,
        config,
        clock: systemClock,
        retry,
      },
      ends,
    )
    void refresher.keepFresh(config.refreshEveryMs, stopRefreshing.signal)
    const stopReporting = reportWhileRunning(job, () => turns.lag, log, REPORT_EVERY_MS)
    if (options.once) await turns.runThrough(ends, signal)
    else await turns.runUntil(signal)
    stopReporting()
    summarise(job, settings, log)
  } finally {
    stopRefreshing.abort()
    const closing = [reader, setAside.deadLetters, setAside.lateEvents, demographics, points]
    await Promise.allSettled(closing.map((store) => store.close()))
    await events.close()
  }
}

/** A checkpoint belongs to one log, topic and points store: another of these is another job. */
async function checkpointsOf(
  { pipeline, settings }: StreamOptions,
  events: EventLog,
  points: PointsStore,
): Promise<CheckpointStore> {
  const identity = [await events.identity(), settings.eventsTopic, points.description].join('\n')
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 12)
  return fileCheckpoints(
    join(settings.dataDir, 'checkpoints', `${pipeline.name}-${hash}.checkpoint`),
  )
}

async function resume(
  job: Job,
  checkpoints: CheckpointStore,
  options: StreamOptions,
  log: Log,
): Promise<Offsets> {
  const startsAnew = options.from !== undefined
  const saved = startsAnew ? undefined : await checkpoints.load()
  if (saved === undefined) {
    log.info(
      startsAnew ? 'new job, as asked for with --from' : 'new job, from the beginning of the log',
    )
    return new Map()
  }
  const positions = restoreJob(job, saved)
  log.info(`goes on from ${checkpoints.description}: ${describeLedger(job)}`)
  return positions
}

/** A position past the log's end means that the log is not the one the checkpoint was made with. */
function checkPlace(positions: Offsets, ends: Offsets, topic: string): void {
  for (const [partition, position] of positions) {
    const end = ends.get(partition) ?? 0
    if (position <= end) continue
    throw new RefusedError(
      `The checkpoint is at offset ${position} of ${topic}/${partition}, but the log ends at ${end}: ` +
        'the topic was deleted and made again, or cut.\n' +
        '  Start a new job from the beginning of the log: npm run stream -- --from earliest',
    )
  }
}

function summarise(job: Job, settings: StoreSettings, log: Log): void {
  log.info(`${describeLedger(job)} · ${describeProgress(job)}`)
  const where =
    settings.kafka === undefined
      ? 'the table late_events'
      : `the topic ${settings.eventsTopic}.late`
  const hint = lateHint(job, where)
  if (hint !== undefined) log.warn(hint)
  const unbalanced = job.ledger.unbalanced()
  if (unbalanced.length > 0)
    throw new Error(`the ledger of partitions ${unbalanced.join(', ')} does not balance`)
}
