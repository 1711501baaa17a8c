// `windrow seed`: loads simulated people, or those of a CSV file, into the demographics.
import { systemClock } from '../kit/clock.ts'
import { allOrProblems, type Checked } from '../kit/config.ts'
import { formatDuration } from '../kit/duration.ts'
import { UnavailableError } from '../kit/errors.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { grouped } from '../kit/grouped.ts'
import { createLog } from '../kit/log.ts'
import type { DemographicsStore } from '../stores/demographics/demographics-store.ts'
import { describeStores } from '../stores/describe.ts'
import { openDemographics } from '../stores/open-demographics.ts'
import { storeSettings } from '../stores/settings.ts'
import type { Work } from './flags.ts'
import { type LoadCounts, loadDemographics, simulatedPeople } from './load.ts'
import { showProgress } from './progress.ts'
import { readCsv, UnreadableError } from './read-csv.ts'
import { collectRejects } from './rejects.ts'

const clock = systemClock
const log = createLog('seed')

export async function seed(asked: Checked<Work>, signal: AbortSignal): Promise<void> {
  const [work, settings] = allOrProblems(asked, storeSettings(process.env))
  const demographics = await openDemographics(settings)
  log.info(describeStores({ demographics }))
  try {
    await load(work, demographics, settings.dataDir, signal)
  } finally {
    await demographics.close()
  }
}

async function load(
  work: Work,
  store: DemographicsStore,
  dataDir: string,
  signal: AbortSignal,
): Promise<void> {
  const source =
    work.kind === 'file' ? readCsv(work.file, clock) : simulatedPeople(work.users, work.seed, clock)
  const progress = await showProgress(process.stderr, log, clock)
  const rejects =
    work.kind === 'file' ? collectRejects(dataDir, work.file, progress.say) : undefined
  const startedMs = clock.nowMs()
  let counts: LoadCounts = { inserted: 0, updated: 0, rejected: 0, isComplete: false }
  let broken: unknown
  try {
    counts = await loadDemographics(source, {
      store,
      clock,
      log: progress.log,
      signal,
      onRejected: (rejected) => rejects?.add(rejected),
      onProgress: (now, fraction) => {
        counts = now
        progress.update(now, fraction)
      },
    })
  } catch (error) {
    broken = error
  } finally {
    progress.stop()
  }
  const isBegun = counts.inserted + counts.updated + counts.rejected > 0
  if (broken === undefined || isBegun) say(counts, clock.nowMs() - startedMs, rejects?.file())
  finish(counts, broken, signal)
}

function say(counts: LoadCounts, tookMs: number, rejectsFile: string | undefined): void {
  const { inserted, updated, rejected } = counts
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
