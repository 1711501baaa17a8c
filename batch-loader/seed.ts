// `windrow seed`: loads simulated people, or those of a CSV file, into the demographics.
import { systemClock } from '../kit/clock.ts'
import { allOrProblems, type Checked } from '../kit/config.ts'
import { formatDuration } from '../kit/duration.ts'
import { UnavailableError } from '../kit/errors.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { grouped } from '../kit/grouped.ts'
import { createLog } from '../kit/log.ts'
import { showProgress } from '../kit/progress.ts'
import type { DemographicsStore } from '../stores/demographics/demographics-store.ts'
import { describeStores } from '../stores/describe.ts'
import { openDemographics } from '../stores/open-demographics.ts'
import { storeSettings } from '../stores/settings.ts'
import type { Work } from './flags.ts'
import { type LoadCounts, loadDemographics, simulatedPeople } from './load.ts'
import { readCsv, UnreadableError } from './read-csv.ts'
import { collectRejects } from './rejects.ts'

const clock = systemClock
const log = createLog('seed')

export async function seed(
  asked: Checked<Work>,
  isJson: boolean,
  signal: AbortSignal,
): Promise<void> {
  const [work, settings] = allOrProblems(asked, storeSettings(process.env))
  const demographics = await openDemographics(settings)
  log.info(describeStores({ demographics }))
  try {
    await load(work, demographics, { dataDir: settings.dataDir, isJson, signal })
  } finally {
    await demographics.close()
  }
}

interface LoadOptions {
  readonly dataDir: string
  readonly isJson: boolean
  readonly signal: AbortSignal
}

async function load(
  work: Work,
  store: DemographicsStore,
  { dataDir, isJson, signal }: LoadOptions,
): Promise<void> {
  const source =
    work.kind === 'file' ? readCsv(work.file, clock) : simulatedPeople(work.users, work.seed, clock)
  let counts: LoadCounts = { inserted: 0, updated: 0, rejected: 0, isComplete: false }
  let fraction = 0
  const progress = showProgress({ terminal: process.stderr, log, clock, unit: 'people' }, () => ({
    done: counts.inserted + counts.updated,
    fraction,
    notes: counts.rejected > 0 ? [`${grouped(counts.rejected)} rejected`] : [],
  }))
  const rejects =
    work.kind === 'file' ? collectRejects(dataDir, work.file, progress.say) : undefined
  const startedMs = clock.nowMs()
  let broken: unknown
  try {
    counts = await loadDemographics(source, {
      store,
      clock,
      log: progress.log,
      signal,
      onRejected: (rejected) => rejects?.add(rejected),
      onProgress: (now, share) => {
        counts = now
        fraction = share
        progress.refresh()
      },
    })
  } catch (error) {
    broken = error
  } finally {
    progress.stop()
  }
  const isBegun = counts.inserted + counts.updated + counts.rejected > 0
  if (broken === undefined || isBegun)
    say(counts, clock.nowMs() - startedMs, rejects?.file(), isJson)
  finish(counts, broken, signal)
}

function say(
  counts: LoadCounts,
  tookMs: number,
  rejectsFile: string | undefined,
  isJson: boolean,
): void {
  const { inserted, updated, rejected } = counts
  if (isJson) {
    const more = rejectsFile === undefined ? {} : { rejectedRows: rejectsFile }
    process.stdout.write(`${JSON.stringify({ ...counts, tookMs, ...more }, null, 2)}\n`)
    return
  }
  const loaded = inserted + updated
  const rate = tookMs > 0 ? ` (${grouped((loaded * 1000) / tookMs)}/s)` : ''
  process.stdout.write(
    `${grouped(inserted)} inserted, ${grouped(updated)} updated, ${grouped(rejected)} rejected ` +
      `in ${formatDuration(tookMs)}${rate}\n`,
  )
  if (rejectsFile !== undefined)
    process.stderr.write(`all ${grouped(rejected)} rejected rows: ${rejectsFile}\n`)
}

/** Sets the exit code and says why it is not 0. */
function finish(counts: LoadCounts, broken: unknown, signal: AbortSignal): void {
  if (broken instanceof UnreadableError) {
    process.stderr.write(`${broken.message}\n`)
    process.exitCode = EXIT.failed
  } else if (signal.aborted && (broken === undefined || broken instanceof UnavailableError)) {
    if (counts.isComplete) return
    process.stderr.write(
      'Stopped before the end. What is counted is loaded; the same command again loads the rest too.\n',
    )
    // What comes after it in a script does not run.
    process.exitCode = EXIT.stopped
  } else if (broken !== undefined) {
    throw broken
  } else if (counts.inserted + counts.updated === 0) {
    process.stderr.write('Nothing was loaded: no row could be used.\n')
    process.exitCode = EXIT.failed
  }
}
