// One instance of the job: loads the table, waits for the lease, then works (work.ts). Throws LostLeaseError when another
// instance took over.
import { hostname } from 'node:os'
import { systemClock } from '../kit/clock.ts'
import { UnavailableError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import { sideBySide } from '../kit/side-by-side.ts'
import type { CheckpointStore } from '../stores/checkpoints/checkpoint-store.ts'
import type { EventLog } from '../stores/event-log/event-log.ts'
import type { LookupStore } from '../stores/lookup/lookup-store.ts'
import { openSetAside } from '../stores/open.ts'
import { avroDecoder } from './decode/avro.ts'
import { TEXTS_MIN } from './forgetting.ts'
import { Job } from './job.ts'
import { Opened } from './opened.ts'
import { Crew } from './parallel/crew.ts'
import { startThread } from './parallel/threads.ts'
import { type Filled, TableRefresher } from './refresh.ts'
import { reportTable, type Worked } from './report.ts'
import type { Monitor } from './status/monitor.ts'
import type { StreamOptions } from './stream-options.ts'
import { type InstanceStores, type Surroundings, work } from './work.ts'

/** What is open when an instance begins. */
export interface OpenedStores extends Omit<InstanceStores, 'checkpoints'> {
  /** The same ones each time. They are opened while the table is loaded: that tells at once when a store refuses us. */
  readonly checkpoints: (signal: AbortSignal) => Promise<CheckpointStore>
}

const REAL: Surroundings = {
  clock: systemClock,
  owner: `${hostname()}, process ${process.pid}`,
  openSetAside,
  startWorker: startThread,
}

const NOTHING: Worked = { read: 0, ms: 0 }

/** Answers what was read once it is told to stop, or with `once` has processed everything. */
export async function runInstance(
  options: StreamOptions,
  { checkpoints: openCheckpoints, ...stores }: OpenedStores,
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
    const crew = startCrew(options, stores.events, surroundings, opened)
    // With those that workers may name again.
    const textsMin = (surroundings.textsMin ?? TEXTS_MIN) * config.workers
    const limits = { ...config, textsMin }
    const job = new Job(pipeline, limits, avroDecoder(pipeline.avroSchema), crew?.ids)
    monitor.watch({ job, ...(crew && { crew }) })
    const [, checkpoints] = await sideBySide(
      signal,
      (active) =>
        loadTable(job, crew, options, stores.table, monitor, monitor.retry(log, active), opened),
      openCheckpoints,
    )
    const lease = await untilAvailable(retry, () =>
      checkpoints.acquire({
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
      ...{
        options,
        stores: { ...stores, checkpoints },
        surroundings,
        job,
        crew,
        lease,
        monitor,
        log,
        opened,
      },
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

/** The workers, if there are to be some. */
function startCrew(
  { pipeline, settings, config }: StreamOptions,
  events: EventLog,
  { startWorker, crewMemory, textsMin = TEXTS_MIN }: Surroundings,
  opened: Opened,
): Crew | undefined {
  if (config.workers === 1) return undefined
  // Where workers read on their own, the job's thread has time to be one of them.
  const size = { workers: config.workers, ownWorks: events.isShared === true }
  const shared = { pipeline, topic: settings.eventsTopic, options: { ...config, textsMin } }
  return opened.add(new Crew(size, startWorker, shared, crewMemory?.(size)))
}

/** Rows go to the workers too. */
function filledBoth({ table }: Job, crew: Crew | undefined): Filled {
  if (crew === undefined) return table
  return {
    put: (rows) => crew.put(rows, table),
    get rowCount() {
      return table.rowCount
    },
  }
}

/** Loads the lookup table and keeps it fresh, also while standing by. */
async function loadTable(
  job: Job,
  crew: Crew | undefined,
  { pipeline, config }: StreamOptions,
  store: LookupStore,
  monitor: Monitor,
  retry: RetryContext,
  opened: Opened,
): Promise<void> {
  monitor.enter('loading')
  const { fields, table } = pipeline.enrichment
  const refresher = new TableRefresher(store, fields, filledBoth(job, crew), retry)
  monitor.watch({ refresher })
  await refresher.load()
  reportTable(job, table, retry.log)
  const finished = new AbortController()
  opened.onClose(async () => finished.abort())
  void refresher.keepFresh(config.refreshEveryMs, finished.signal)
}
