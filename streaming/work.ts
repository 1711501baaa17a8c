// What the instance that holds the lease does: goes on from the checkpoint, reads, counts and delivers until it is told to
// stop, has processed everything (`once`), or lost the lease.
import { measurementOf } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import { sideBySide } from '../kit/side-by-side.ts'
import type { CheckpointStore, Lease } from '../stores/checkpoints/checkpoint-store.ts'
import type { EventLog } from '../stores/event-log/event-log.ts'
import type { LookupStore } from '../stores/lookup/lookup-store.ts'
import type { openSetAside } from '../stores/open.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import type { Outbox } from './checkpoint/outbox.ts'
import { checkPlace, resume, type Start } from './checkpoint/resume.ts'
import type { WholeAfter } from './checkpoint/saver.ts'
import { avroDecoder } from './decode/avro.ts'
import { Delivery } from './delivery/delivery.ts'
import { Preview } from './delivery/preview.ts'
import { SetAsideBuffer } from './delivery/set-aside.ts'
import { directIntake, type IntakeContext } from './intake.ts'
import type { Job } from './job.ts'
import { jobClock } from './job-clock.ts'
import type { Opened } from './opened.ts'
import type { Crew, CrewOptions, CrewSize } from './parallel/crew.ts'
import { ParallelIntake } from './parallel/intake.ts'
import type { StartWorker } from './parallel/port.ts'
import { rebuild } from './recompute/rebuild.ts'
import { TableRefresher } from './refresh.ts'
import { reportWhileRunning, summarise, type Worked } from './report.ts'
import type { Monitor } from './status/monitor.ts'
import type { StreamOptions } from './stream-options.ts'
import { Turns } from './turn.ts'

export interface InstanceStores {
  readonly events: EventLog
  /** The table that the pipeline's enrichment names. */
  readonly table: LookupStore
  readonly points: PointsStore
  readonly checkpoints: CheckpointStore
}

/** What an instance has from the machine it runs on; a simulated one has its own. */
export interface Surroundings {
  readonly clock: Clock
  /** Told to those who stand by. */
  readonly owner: string
  readonly openSetAside: typeof openSetAside
  /** Default: that of a real job. */
  readonly wholeAfter?: WholeAfter
  /** Of each thread. Default: that of a real job. */
  readonly textsMin?: number
  /** Sessions counted in one turn. Default: that of a real job. */
  readonly sessionsAtOnce?: number
  readonly startWorker: StartWorker
  /** Memory that is shared with workers. Default: that of a real job. */
  readonly crewMemory?: (size: CrewSize) => CrewOptions
}

export interface Working {
  readonly options: StreamOptions
  readonly stores: InstanceStores
  readonly surroundings: Surroundings
  readonly job: Job
  /** Absent: the job's own thread does everything. */
  readonly crew: Crew | undefined
  readonly lease: Lease
  readonly monitor: Monitor
  readonly log: Log
  /** Aborted when it is to end, or lost its lease. */
  readonly signal: AbortSignal
  readonly opened: Opened
}

/** From the checkpoint to the end, as the one who holds the lease. */
export async function work(working: Working): Promise<Worked> {
  const { options, stores, surroundings, job, crew, lease, monitor, log, signal, opened } = working
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
      // A batch is processed, or copied for a worker, before the next one is read.
      reusesMemory: true,
    })
  const [reader, setAside] = await sideBySide(
    signal,
    async (active) => opened.add(await untilAvailable(monitor.retry(log, active), openReader)),
    async (active) => {
      const { deadLetters, lateEvents } = await untilAvailable(monitor.retry(log, active), () =>
        surroundings.openSetAside(settings),
      )
      return new SetAsideBuffer(topic, opened.add(deadLetters), opened.add(lateEvents))
    },
  )
  let ends = await untilAvailable(retry, () => reader.ends())
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
      ...(surroundings.wholeAfter && { wholeAfter: surroundings.wholeAfter }),
    },
    lease.newestNumber + (isRebuilding ? 1 : 0),
  )
  opened.onClose(() => delivery.ended())
  await delivery.finish(start.number, outboxOf(start, pipeline), reader.positions())
  if (isRebuilding) {
    await rebuildChanged(working, start, delivery.last.number, retry)
    // That took its time: a partition that was empty may not be any more.
    ends = await untilAvailable(retry, () => reader.ends())
  }
  const preview = new Preview({
    job,
    lease,
    points: stores.points,
    clock,
    jobClock: jobTime,
    log,
  })
  opened.onClose(() => preview.settled())
  const intaking: IntakeContext = { job, reader, setAside, clock, jobClock: jobTime }
  const intake = crew === undefined ? directIntake(intaking) : new ParallelIntake(intaking, crew)
  const turns = new Turns(
    {
      job,
      reader,
      intake,
      setAside,
      delivery,
      config,
      clock,
      jobClock: jobTime,
      retry,
      preview,
      ...(surroundings.sessionsAtOnce && { sessionsAtOnce: surroundings.sessionsAtOnce }),
      onTurn: (tookMs) => monitor.alive(tookMs),
    },
    ends,
    start.isOutdated,
  )
  monitor.watch({ delivery, turns })
  monitor.enter('running')
  signal.addEventListener('abort', () => monitor.enter('stopping'), { once: true })
  const finished = new AbortController()
  opened.onClose(async () => finished.abort())
  void reportWhileRunning(job, config.workers, () => turns.lag, log, clock, finished.signal)
  if (options.once) await turns.runThrough(ends, signal)
  else await turns.runUntil(signal)
  const lateEventsAt =
    settings.kafka === undefined ? 'the table late_events' : `the topic ${topic}.late`
  const { worked } = turns
  summarise(job, worked, config.workers, lateEventsAt, log)
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
  const { events, points, table } = stores
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
        new TableRefresher(table, pipeline.enrichment.fields, rebuilt.table, retry).load(),
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
