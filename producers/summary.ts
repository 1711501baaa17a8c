// What the producer says at its beginning and at its end.
import { formatDuration } from '../kit/duration.ts'
import { group } from '../kit/progress.ts'
import type { ReplayProgress, ReplaySettings } from './replay.ts'
import type { ShopProgress, ShopRun } from './shop.ts'
import { totalLine } from './status.ts'

const iso = (timeMs: number) => new Date(timeMs).toISOString().replace('.000Z', 'Z')

/** "simulated shop: 200 events/s on a day's average, 10,000 users, seed 7". */
export function shopBeginning(run: ShopRun): string {
  const rate = `${group(run.rate)} events/s${run.arrivals === 'daily' ? " on a day's average" : ''}`
  const faster =
    run.speed === 1 ? '' : `, speed ${run.speed === Infinity ? 'max' : `${run.speed}x`}`
  const from = run.speed === 1 ? '' : `, from ${iso(run.startMs)}`
  return `simulated shop: ${rate}, ${group(run.users)} users, seed ${run.seed}${from}${faster}`
}

export function shopSummary(run: ShopRun, progress: ShopProgress): string[] {
  const { made } = progress
  const kinds = Object.entries(made).filter(([, count]) => count > 0)
  const detail =
    kinds.length > 1 ? `: ${kinds.map(([kind, n]) => `${group(n)} ${kind}`).join(', ')}` : ''
  return [
    `${sentLine(progress)}${detail}`,
    ...unacknowledgedLine(progress.unacknowledged),
    `simulated ${formatDuration(progress.simulatedMs)} from ${iso(run.startMs)}; --seed ${run.seed} repeats it`,
  ]
}

/** As `shopSummary`, for machines. */
export const shopJson = (run: ShopRun, progress: ShopProgress) => ({
  ...countsOf(progress),
  made: progress.made,
  simulatedMs: progress.simulatedMs,
  start: iso(run.startMs),
  seed: run.seed,
})

/** As `replaySummary`, for machines. */
export const replayJson = (
  settings: ReplaySettings,
  progress: ReplayProgress,
  isStopped: boolean,
) => ({
  ...countsOf(progress),
  file: settings.file,
  isComplete: !isStopped,
  rejected: progress.rejections.count,
  rejectedByReason: Object.fromEntries(progress.rejections.byReason),
  ...(progress.rejections.count > 0 && { rejectedRows: progress.rejections.file }),
})

const countsOf = ({ sent, unacknowledged, tookMs }: ShopProgress | ReplayProgress) => ({
  sent,
  unacknowledged,
  tookMs,
})

export function replaySummary(
  settings: ReplaySettings,
  progress: ReplayProgress,
  isStopped: boolean,
): string[] {
  const { rejections } = progress
  const lines = [`${sentLine(progress)} from ${settings.file}`]
  lines.push(...unacknowledgedLine(progress.unacknowledged))
  if (isStopped)
    lines.push(
      'stopped before the end of the file; the same command sends all of it again, with the same event_ids',
    )
  if (rejections.count === 0) return lines
  const reasons = [...rejections.byReason].sort((a, b) => b[1] - a[1])
  const detail = reasons.map(([reason, count]) => `${reason} ${group(count)}`).join(', ')
  lines.push(
    `rejected ${group(rejections.count)} rows that cannot be events (${detail}): ${rejections.file}`,
  )
  if (settings.timeReader === undefined && (rejections.byReason.get('time') ?? 0) > 0)
    lines.push('times written in another way are read with --time-format (see --help)')
  return lines
}

/** What was sent was acknowledged, so that there is no need to say it unless something was not. */
const sentLine = (progress: ShopProgress | ReplayProgress): string => {
  const verb = progress.unacknowledged === 0 ? 'sent' : 'acknowledged'
  return `${verb} ${totalLine(progress.sent, progress.tookMs)}`
}

const unacknowledgedLine = (count: number): string[] =>
  count === 0
    ? []
    : [`not acknowledged when it was stopped: ${group(count)}; they may be in the event log or not`]
