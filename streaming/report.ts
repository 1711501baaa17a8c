// What the job tells people while it runs and when it ends.

import type { Clock } from '../kit/clock.ts'
import { formatDuration } from '../kit/duration.ts'
import { grouped } from '../kit/grouped.ts'
import { WINDROW } from '../kit/invocation.ts'
import type { Log } from '../kit/log.ts'
import type { Job } from './job.ts'

const REPORT_EVERY_MS = 10_000

/** How many rows there are to look events up in. */
export function reportTable(job: Job, table: string, log: Log): void {
  const { rowCount } = job.table
  if (rowCount > 0) log.info(`${grouped(rowCount)} rows of ${table} loaded`)
  else log.warn(`${table} is empty: every looked-up tag will be unknown. Fill it: ${WINDROW} seed`)
}

/** "12,345 read: 12,300 counted, 3 late, 42 rejected (json 40, missing 2)". */
export function describeLedger(job: Job): string {
  const { read, counted, filtered, late, rejected, duplicates } = job.ledger.total()
  const reasons = [...job.ledger.reasons]
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${name} ${grouped(n)}`)
  const parts = [
    `${grouped(counted)} counted`,
    filtered > 0 && `${grouped(filtered)} of no metric`,
    late > 0 && `${grouped(late)} late`,
    rejected > 0 && `${grouped(rejected)} rejected (${reasons.join(', ')})`,
    duplicates > 0 && `${grouped(duplicates)} duplicates`,
  ]
  return `${grouped(read)} read: ${parts.filter(Boolean).join(', ')}`
}

/** Where event time is: "windows closed through 2026-01-31T12:00:10Z". */
export function describeProgress(job: Job): string {
  const { currentMs } = job.watermarks
  if (!Number.isFinite(currentMs)) return 'no window closed yet'
  return `windows closed through ${new Date(currentMs).toISOString().replace('.000Z', 'Z')}`
}

/** What late events mean and where they are, when there are any. */
function lateHint(job: Job, lateEventsAt: string): string | undefined {
  const { read, late } = job.ledger.total()
  if (late === 0) return undefined
  const share = `${((100 * late) / read).toFixed(1)} %`
  const corrected = job.ledger.corrected
  const also = corrected > 0 ? `, ${grouped(corrected)} corrected the window of some metric` : ''
  const told =
    `${grouped(late)} events (${share}) came after a window of theirs had closed${also}; ` +
    `they are in ${lateEventsAt}: ${WINDROW} late.`
  if (late < read / 10) return told
  const todo =
    'replay older files before newer ones, or raise `disorder` in streaming/config/streaming.yaml'
  return `${told}\n  If they should count: ${todo}; then ${WINDROW} stream --from earliest`
}

/** What a run did: records read since its first batch came, and how long ago that was. */
export interface Worked {
  readonly read: number
  readonly ms: number
}

/** The last lines of a run. Throws when the books do not balance: that is a bug. */
export function summarise(
  job: Job,
  worked: Worked,
  workers: number,
  lateEventsAt: string,
  log: Log,
): void {
  const rate = worked.ms > 0 ? `, ${grouped((worked.read * 1000) / worked.ms)}/s` : ''
  const took =
    worked.read > 0
      ? ` · ${grouped(worked.read)} in this run in ${formatDuration(worked.ms)}${rate}${by(workers)}`
      : ''
  log.info(`${describeLedger(job)} · ${describeProgress(job)}${took}`)
  const hint = lateHint(job, lateEventsAt)
  if (hint !== undefined) log.warn(hint)
  const unbalanced = job.ledger.unbalanced()
  if (unbalanced.length > 0)
    throw new Error(`the ledger of partitions ${unbalanced.join(', ')} does not balance`)
}

const by = (workers: number): string => (workers === 1 ? '' : ` by ${workers} workers`)

/** Logs a line every ten seconds in which something was read, until `signal` is aborted. Only looks. */
export async function reportWhileRunning(
  job: Job,
  workers: number,
  lag: () => number,
  log: Log,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let lastRead = job.ledger.total().read
  while (true) {
    await clock.sleep(REPORT_EVERY_MS, signal)
    if (signal.aborted) return
    const { read } = job.ledger.total()
    if (read === lastRead) continue
    const rate = grouped(((read - lastRead) * 1000) / REPORT_EVERY_MS)
    lastRead = read
    log.info(
      `${describeLedger(job)} · ${rate}/s${by(workers)} · ${grouped(lag())} behind · ${describeProgress(job)}`,
    )
  }
}
