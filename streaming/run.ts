// The streaming job as a whole: opens the stores, stands by while another instance works, works until it is told to stop
// or loses its lease, closes everything.
import { systemClock } from '../kit/clock.ts'
import { LostLeaseError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { untilAvailable } from '../kit/retry.ts'
import {
  describeStores,
  openCheckpoints,
  openDemographics,
  openEventLog,
  openPoints,
} from '../stores/open.ts'
import { nameOfJob } from './checkpoint/resume.ts'
import { serveStatus } from './http/server.ts'
import { runInstance } from './instance.ts'
import { Opened } from './opened.ts'
import type { Worked } from './report.ts'
import { Monitor } from './status/monitor.ts'
import type { StreamOptions } from './stream-options.ts'
import type { InstanceStores } from './work.ts'

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
    if (http !== undefined && !options.once)
      opened.add(await serveStatus(() => monitor.status(), http, log))
    const stores = await openStores(options, opened, monitor, log, signal)
    while (true) {
      try {
        return await runInstance(options, stores, monitor, log, signal)
      } catch (error) {
        if (!(error instanceof LostLeaseError)) throw error
        log.warn(`${error.message}: stands by, nothing more is written by this one`)
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
  { pipeline, settings, openTable = openDemographics }: StreamOptions,
  opened: Opened,
  monitor: Monitor,
  log: Log,
  signal: AbortSignal,
): Promise<InstanceStores> {
  const retry = monitor.retry(log, signal)
  const events = opened.add(await openEventLog(settings))
  const table = opened.add(await openTable(settings))
  const points = opened.add(await openPoints(settings))
  log.info(describeStores({ events, [pipeline.enrichment.table]: table, points }))
  monitor.uses({
    events: events.description,
    [pipeline.enrichment.table]: table.description,
    points: points.description,
  })
  await untilAvailable(retry, () => points.prepare())
  const name = nameOfJob({
    pipeline: pipeline.name,
    log: await untilAvailable(retry, () => events.identity()),
    topic: settings.eventsTopic,
    points: points.identity,
  })
  const checkpoints = opened.add(await untilAvailable(retry, () => openCheckpoints(settings, name)))
  return { events, table, points, checkpoints }
}
