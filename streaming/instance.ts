// One instance of the job: loads the table, waits for the lease, restores the job, runs its turns. Throws LostLeaseError
// when another instance took over.
import { hostname } from 'node:os'
import { measurementOf } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { type Clock, systemClock } from '../kit/clock.ts'
import { UnavailableError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import type { CheckpointStore, Lease } from '../stores/checkpoints/checkpoint-store.ts'
import type { DemographicsStore } from '../stores/demographics/demographics-store.ts'
import type { EventLog } from '../stores/event-log/event-log.ts'
import { openSetAside } from '../stores/open.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import { avroDecoder } from './decode/avro.ts'
import { Delivery } from './delivery.ts'
import { Job } from './job.ts'
import { jobClock } from './job-clock.ts'
import type { Monitor } from './monitor.ts'
import { Opened } from './opened.ts'
import type { Outbox } from './outbox.ts'
import { Preview } from './preview.ts'
import { rebuild } from './rebuild.ts'
import { TableRefresher } from './refresh.ts'
import { reportTable, reportWhileRunning, summarise, type Worked } from './report.ts'
import { checkPlace, resume, type Start } from './resume.ts'
import { SetAsideBuffer } from './set-aside.ts'
import type { StreamOptions } from './stream-options.ts'
import { Turns } from './turn.ts'

export interface InstanceStores {
  readonly events: EventLog
  readonly demographics: DemographicsStore
  readonly points: PointsStore
  readonly checkpoints: CheckpointStore
}

/** What an instance has from the machine it runs on; a simulated one has its own. */
export interface Surroundings {
  readonly clock: Clock
  /** Told to those who stand by. */
  readonly owner: string
  readonly openSetAside: typeof openSetAside
}

const REAL: Surroundings = {
  clock: systemClock,
  owner: `${hostname()}, process ${process.pid}`,
  openSetAside,
}

const NOTHING: Worked = { read: 0, ms: 0 }

/** Answers what was read once it is told to stop, or with `once` has processed everything. */
export async function runInstance(
  options: StreamOptions,
  stores: InstanceStores,
  monitor: Monitor,
  log: Log,
  signal: AbortSignal,
  surroundings = REAL,
): Promise<Worked> {
  const opened = new Opened(log)
  monitor.begin()
  try {
    const { pipeline, config } = options
    const retry = monitor.retry(log, signal)
    const job = new Job(pipeline, config, avroDecoder(pipeline.avroSchema))
    monitor.watch({ job })
    await loadTable(job, options, stores, monitor, retry, opened)
    const lease = await untilAvailable(retry, () =>
      stores.checkpoints.acquire({
        owner: surroundings.owner,
        signal,
        onWaiting: (holder) => {
          log.info(`${holder} works on this job: stands by`)
          monitor.standBy(holder)
        },
      }),
    )
    opened.onClose(() => lease.release())
    const active = AbortSignal.any([signal, lease.lost])
    monitor.watch({ lease })
    const worked = await work({
      ...{ options, stores, surroundings, job, lease, monitor, log, opened },
      signal: active,
    }).catch((error: unknown) => {
      // Who lost the lease while a store was away stopped waiting for it, and stands by as any other.
      if (!(error instanceof UnavailableError && lease.lost.aborted)) throw error
      return NOTHING
    })
    if (lease.lost.aborted && !signal.aborted) throw lease.lost.reason
    return worked
  } finally {
    await opened.close()
  }
}

/** Loads the lookup table and keeps it fresh, also while standing by. */
async function loadTable(
  job: Job,
  { pipeline, config }: StreamOptions,
  { demographics }: InstanceStores,
  monitor: Monitor,
  retry: RetryContext,
  opened: Opened,
): Promise<void> {
  monitor.enter('loading')
  const { fields, table } = pipeline.enrichment
  const refresher = new TableRefresher(demographics, fields, job.table, retry)
  monitor.watch({ refresher })
  await refresher.load()
  reportTable(job, table, retry.log)
  const finished = new AbortController()
  opened.onClose(async () => finished.abort())
  void refresher.keepFresh(config.refreshEveryMs, finished.signal)
}

interface Working {
  readonly options: StreamOptions
  readonly stores: InstanceStores
  readonly surroundings: Surroundings
  readonly job: Job
  readonly lease: Lease
  readonly monitor: Monitor
  readonly log: Log
  /** Aborted when it is to end, or lost its lease. */
  readonly signal: AbortSignal
  readonly opened: Opened
}

/** From the checkpoint to the end, as the one who holds the lease. */
async function work(working: Working): Promise<Worked> {
  const { options, stores, surroundings, job, lease, monitor, log, signal, opened } = working
  const { settings, config, pipeline } = options
  const { clock } = surroundings
  const retry = monitor.retry(log, signal)
  monitor.enter('restoring')
  const topic = settings.eventsTopic
  const start = await untilAvailable(retry, () =>
    resume(job, stores.checkpoints, options.from, log),
  )
  const jobTime = jobClock(clock, start.savedAtMs)
  const openReader = () =>
    stores.events.reader({
      topic,
      group: groupOf(pipeline, topic),
      from: start.positions,
      startAt: options.from ?? 'earliest',
      removed: config.removed,
      onRemoved: ({ partition, fromOffset, toOffset }) =>
        log.warn(
          `retention removed offsets ${fromOffset} to ${toOffset - 1} of ${topic}/${partition} ` +
            'before they were read: skipped, as `removed: skip` says',
        ),
      epoch: lease.epoch,
    })
  const reader = opened.add(await untilAvailable(retry, openReader))
  const { deadLetters, lateEvents } = await untilAvailable(retry, () =>
    surroundings.openSetAside(settings),
  )
  const setAside = new SetAsideBuffer(topic, opened.add(deadLetters), opened.add(lateEvents))
  const ends = await untilAvailable(retry, () => reader.ends())
  checkPlace(reader.positions(), ends, topic)

  const isRebuilding = start.changed.length > 0
  const delivery = new Delivery(
    {
      lease,
      points: stores.points,
      measurements: pipeline.metrics.map(measurementOf),
      setAside,
      reader,
      clock,
      jobClock: jobTime,
      retry,
    },
    lease.newestNumber + (isRebuilding ? 1 : 0),
  )
  await delivery.finish(start.number, outboxOf(start, pipeline), reader.positions())
  if (isRebuilding) await rebuildChanged(working, start, delivery.last.number, retry)
  const preview = new Preview({
    job,
    lease,
    points: stores.points,
    clock,
    jobClock: jobTime,
    log,
  })
  opened.onClose(() => preview.settled())
  const turns = new Turns(
    {
      job,
      reader,
      setAside,
      delivery,
      config,
      clock,
      jobClock: jobTime,
      retry,
      preview,
      onTurn: (tookMs) => monitor.alive(tookMs),
    },
    ends,
    start.number === 0,
  )
  monitor.watch({ delivery, turns })
  monitor.enter('running')
  signal.addEventListener('abort', () => monitor.enter('stopping'), { once: true })
  const finished = new AbortController()
  opened.onClose(async () => finished.abort())
  void reportWhileRunning(job, () => turns.lag, log, clock, finished.signal)
  if (options.once) await turns.runThrough(ends, signal)
  else await turns.runUntil(signal)
  const lateEventsAt =
    settings.kafka === undefined ? 'the table late_events' : `the topic ${topic}.late`
  const { worked } = turns
  summarise(job, worked, lateEventsAt, log)
  return worked
}

/** With the points of metrics that go on: those of the others are computed anew, or nobody wants them any more. */
function outboxOf({ outbox, changed }: Start, { metrics }: Pipeline): Outbox {
  const goesOn = new Set(metrics.filter((one) => !changed.includes(one)).map(({ name }) => name))
  return { ...outbox, points: outbox.points.filter(({ measurement }) => goesOn.has(measurement)) }
}

async function rebuildChanged(
  { options, stores, job, lease, log, signal }: Working,
  start: Start,
  version: number,
  retry: RetryContext,
): Promise<void> {
  const { pipeline, config, settings } = options
  const { events, points, demographics } = stores
  const topic = settings.eventsTopic
  const group = `${groupOf(pipeline, topic)}.rebuild`
  const reader = await untilAvailable(retry, () => events.reader({ topic, group }))
  try {
    await rebuild(job, {
      pipeline,
      metrics: start.changed,
      config,
      avro: avroDecoder(pipeline.avroSchema),
      reader,
      until: start,
      load: (rebuilt) =>
        new TableRefresher(demographics, pipeline.enrichment.fields, rebuilt.table, retry).load(),
      points,
      lease,
      version,
      retry,
      log,
      signal,
    })
  } finally {
    await reader.close()
  }
}

/** Jobs of other topics are other groups: within one, all but one reader stand by. */
const groupOf = (pipeline: Pipeline, topic: string): string => `windrow-${pipeline.name}/${topic}`
