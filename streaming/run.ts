// The streaming job as a whole: opens the stores, stands by while another instance works, works until it is told to stop
// or loses its lease, closes everything. What need not wait for something else does not.
import { systemClock } from '../kit/clock.ts'
import { LostLeaseError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import { sideBySide } from '../kit/side-by-side.ts'
import type { CheckpointStore } from '../stores/checkpoints/checkpoint-store.ts'
import {
  describeStores,
  openCheckpoints,
  openDemographics,
  openEventLog,
  openPoints,
} from '../stores/open.ts'
import { nameOfJob } from './checkpoint/resume.ts'
import { type OpenedStores, runInstance } from './instance.ts'
import { Opened } from './opened.ts'
import type { Worked } from './report.ts'
import { Monitor } from './status/monitor.ts'
import type { StreamOptions } from './stream-options.ts'

/**
 * Runs until `signal` is aborted or, with `once`, until the log's present end. State is saved in both cases. Answers what
 * this run read. Who looks at it more closely than its status tells brings a `monitor` of their own.
 */
export async function runStream(
  options: StreamOptions,
  log: Log,
  signal: AbortSignal,
  monitor = new Monitor(options.pipeline, options.settings.eventsTopic, systemClock, log),
): Promise<Worked> {
  const opened = new Opened(log)
  try {
    const { http } = options.config
    if (http !== undefined && !options.once) {
      const { serveStatus } = await import('./http/server.ts')
      const served = opened.add(await serveStatus(() => monitor.status(), http, log))
      options.onStatusAddress?.(served.address)
    }
    const stores = await openStores(options, opened, monitor, log, signal)
    while (true) {
      try {
        return await runInstance(options, stores, monitor, log, signal)
      } catch (error) {
        if (!(error instanceof LostLeaseError)) throw error
        log.warn(`${error.message} It stands by.`)
      }
    }
  } catch (error) {
    monitor.failed(error)
    throw error
  } finally {
    await opened.close()
  }
}

async function openStores(
  options: StreamOptions,
  opened: Opened,
  monitor: Monitor,
  log: Log,
  signal: AbortSignal,
): Promise<OpenedStores> {
  const { pipeline, settings, openTable = openDemographics } = options
  const [events, table, points] = await sideBySide(
    signal,
    async () => opened.add(await openEventLog(settings)),
    async () => opened.add(await openTable(settings)),
    async () => opened.add(await openPoints(settings)),
  )
  log.info(describeStores({ events, [pipeline.enrichment.table]: table, points }))
  monitor.uses({
    events: events.description,
    [pipeline.enrichment.table]: table.description,
    points: points.description,
  })
  let checkpoints: CheckpointStore | undefined
  return {
    events,
    table,
    points,
    checkpoints: async (active) => {
      checkpoints ??= opened.add(
        await checkpointsOf(options, { events, points }, (one) => monitor.retry(log, one), active),
      )
      return checkpoints
    },
  }
}

/** Where the job keeps its place, which depends on where it reads and writes. Points can be written then. */
async function checkpointsOf(
  { pipeline, settings }: StreamOptions,
  { events, points }: Pick<OpenedStores, 'events' | 'points'>,
  retry: (signal: AbortSignal) => RetryContext,
  signal: AbortSignal,
): Promise<CheckpointStore> {
  const [, log] = await sideBySide(
    signal,
    (active) => untilAvailable(retry(active), () => points.prepare()),
    (active) => untilAvailable(retry(active), () => events.identity()),
  )
  const name = nameOfJob({
    pipeline: pipeline.name,
    log,
    topic: settings.eventsTopic,
    points: points.identity,
  })
  return untilAvailable(retry(signal), () => openCheckpoints(settings, name))
}
