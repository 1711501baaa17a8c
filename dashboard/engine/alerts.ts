// What is wrong with the job, in words: nothing when all is well. Pure.

import { formatElapsed } from '../../kit/duration.ts'
import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import type { Alert, JobLink } from './api.ts'
import type { Look } from './history.ts'
import { type JobStatus, type PartitionStatus, sumOf } from './status.ts'

/** A watermark that is held back by less is the usual disorder of partitions. */
const HELD_MS = 60_000
const CHECKPOINT_OLD_MS = 60_000
const TABLE_OLD_MS = 600_000
const QUIET_MS = 300_000
/** Lag is compared with that of so long ago; less than a few seconds of reading is none. */
const LAG_OVER_MS = 120_000
const LAG_LEAST = 1_000
const LAG_LEAST_SECONDS = 10
const REJECTED_OVER_MS = 300_000
const REJECTED_SHARE = 0.01
const REJECTED_LEAST = 10

export interface Facts {
  readonly nowMs: number
  readonly job: JobLink
  /** As last answered. */
  readonly status: JobStatus | null
  readonly looks: readonly Look[]
}

/** The worst first. A job that has never answered is no alert: the page says what to do. */
export function alertsOf(facts: Facts): Alert[] {
  const { job, status } = facts
  if (status === null) return []
  if (job.state !== 'answers') return [awayAlert(facts)]
  const found = [
    ...verdictAlerts(status, facts.nowMs),
    ...storeAlerts(status, facts.nowMs),
    ...bookAlerts(status),
    ...progressAlerts(status, facts),
    ...dataAlerts(status, facts),
  ]
  return [...found.filter(({ level }) => level === 'bad'), ...found.filter(isWarning)]
}

const isWarning = ({ level }: Alert) => level === 'warn'

const alert = (
  level: Alert['level'],
  what: string,
  sinceMs: number | null,
  todo: string,
  command = '',
): Alert => ({ level, what, sinceMs, todo, command })

function awayAlert({ job }: Facts): Alert {
  const todo =
    'Nothing is counted meanwhile, and nothing is lost: it goes on from its checkpoint. Its log says why it ended; start it again.'
  return alert('bad', job.message, job.answeredMs, todo, `${WINDROW} stream`)
}

function verdictAlerts({ health, phase, quietMs, lease }: JobStatus, nowMs: number): Alert[] {
  if (!health.ok) {
    const isFailed = phase === 'failed'
    const todo = 'The numbers below stand still. Its log has the whole story; start it again.'
    const what = `The job ${isFailed ? '' : 'hangs: '}${health.because.join('; ')}.`
    return [alert('bad', what, isFailed ? null : nowMs - quietMs, todo, `${WINDROW} stream`)]
  }
  if (phase === 'standby') {
    const holder = lease?.holder === undefined ? 'Another instance' : `${lease.holder}`
    const what = `${holder} does the work; the job that answers here stands by.`
    return [alert('warn', what, null, 'Look at the one that works: it serves its own state.')]
  }
  return []
}

const storeAlerts = ({ waitingFor }: JobStatus, nowMs: number): Alert[] =>
  waitingFor.map(({ store, reason, message, forMs, isBlocking }) => {
    const does = reason === 'busy' ? 'asks for patience' : 'does not answer'
    const means = isBlocking ? 'the job stands still' : 'the job goes on with what it has'
    const what = `${store} ${does}: ${means}.`
    const todo = `${message.replace(/\n\s*/g, ' ')} The job goes on by itself once it answers.`
    return alert(isBlocking ? 'bad' : 'warn', what, nowMs - forMs, todo)
  })

/** What became of its records; the same sum as on the page. */
export const accountedOf = (one: PartitionStatus): number =>
  one.counted + one.filtered + one.late + one.rejected + one.duplicates

const bookAlerts = ({ partitions }: JobStatus): Alert[] =>
  partitions
    .filter((one) => one.read !== accountedOf(one))
    .map((one) => {
      const books = `${grouped(one.read)} records were read, ${grouped(accountedOf(one))} accounted for`
      const what = `The books of partition ${one.partition} do not balance: ${books}.`
      const todo =
        'That is a bug of windrow: numbers may be wrong. Please report it with the audit.'
      return alert('bad', what, null, todo, `${WINDROW} audit`)
    })

function progressAlerts(status: JobStatus, { nowMs, looks }: Facts): Alert[] {
  const alerts: Alert[] = []
  const lag = growingLag(looks, nowMs)
  if (lag !== undefined) alerts.push(lag)
  const held = heldBack(status)
  if (held !== undefined && held.byMs >= HELD_MS) {
    const what = `Partition ${held.partition} holds the watermark back by ${formatElapsed(held.byMs)}: windows that others are done with stay open.`
    const todo = 'It has records left that are older, or its producer lags. What it holds open:'
    alerts.push(alert('warn', what, null, todo, `${WINDROW} why`))
  }
  const { checkpoint, phase } = status
  const isReading = (looks.at(-1)?.rate ?? 0) > 0
  const isLate = checkpoint !== undefined && checkpoint.ageMs > CHECKPOINT_OLD_MS
  if (isLate && isReading && phase === 'running') {
    const what = `The last checkpoint is ${formatElapsed(checkpoint.ageMs)} old, though events are read.`
    const todo =
      'Is its disk full or slow? A restart would repeat what came since; no number changes.'
    alerts.push(alert('warn', what, nowMs - checkpoint.ageMs, todo))
  }
  return alerts
}

/** How far the partition that holds the watermark is behind the newest; undefined: none holds it back. */
export function heldBack({
  partitions,
  watermarkHolder,
}: JobStatus): { readonly partition: number; readonly byMs: number } | undefined {
  const holder = partitions.find(({ partition }) => partition === watermarkHolder)
  if (holder === undefined || holder.watermarkEpochMs === null) return undefined
  const newestMs = Math.max(...partitions.map((one) => one.watermarkEpochMs ?? 0))
  return { partition: holder.partition, byMs: newestMs - holder.watermarkEpochMs }
}

function growingLag(looks: readonly Look[], nowMs: number): Alert | undefined {
  const now = looks.at(-1)
  const before = looks.find(({ timeMs, lag }) => lag !== null && timeMs >= nowMs - LAG_OVER_MS)
  if (now?.lag == null || before?.lag == null) return undefined
  if (now.timeMs - before.timeMs < LAG_OVER_MS / 2) return undefined
  const grownBy = now.lag - before.lag
  const least = Math.max(LAG_LEAST, (now.rate ?? 0) * LAG_LEAST_SECONDS)
  if (now.lag < least || grownBy < least / 2) return undefined
  const over = formatElapsed(now.timeMs - before.timeMs)
  const what = `The job falls behind: ${grouped(now.lag)} records are not read yet, ${grouped(grownBy)} more than ${over} ago.`
  const todo = 'If the machine has cores to spare, share the partitions out among workers.'
  return alert('warn', what, before.timeMs, todo, `${WINDROW} stream --workers 4`)
}

function dataAlerts(status: JobStatus, { nowMs, looks }: Facts): Alert[] {
  const alerts: Alert[] = []
  const { partitions, enrichment, phase, topic } = status
  const read = sumOf(status, (one) => one.read)
  const quietMs = Math.min(...partitions.map((one) => one.quietMs ?? 0))
  if (phase === 'running' && read > 0 && Number.isFinite(quietMs) && quietMs > QUIET_MS) {
    const what = `No event has come for ${formatElapsed(quietMs)}.`
    const todo = `If that is not the stream’s own rhythm, look at whoever produces into ${topic}.`
    alerts.push(alert('warn', what, nowMs - quietMs, todo))
  }
  const rejected = rejectedShare(looks, nowMs)
  if (rejected !== undefined) alerts.push(rejected)
  if (enrichment?.staleMs !== undefined && enrichment.staleMs > TABLE_OLD_MS) {
    const what = `The ${enrichment.table} were last up to date ${formatElapsed(enrichment.staleMs)} ago.`
    const todo = 'Events are joined with what is known from then. Does their store answer?'
    alerts.push(alert('warn', what, nowMs - enrichment.staleMs, todo))
  }
  return alerts
}

function rejectedShare(looks: readonly Look[], nowMs: number): Alert | undefined {
  const now = looks.at(-1)?.counts
  const first = looks.find(
    ({ counts, timeMs }) => counts !== null && timeMs >= nowMs - REJECTED_OVER_MS,
  )
  if (now == null || first?.counts == null) return undefined
  const rejected = now.rejected - first.counts.rejected
  const share = rejected / (now.read - first.counts.read)
  if (rejected < REJECTED_LEAST || !(share > REJECTED_SHARE)) return undefined
  const part = `${(share * 100).toFixed(1)}%`
  const over = formatElapsed(nowMs - first.timeMs)
  const what = `${part} of what was read in the last ${over} is no event: ${grouped(rejected)} records became dead letters.`
  const todo =
    'The newest are below, with what was expected and what was got. Mend the cause, then give them back:'
  return alert('warn', what, first.timeMs, todo, `${WINDROW} dead-letters replay --dry-run`)
}
