// What the producer says at its beginning and at its end.
import { formatDuration } from '../kit/duration.ts'
import type { ReplayProgress, ReplaySettings } from './replay.ts'
import type { ShopProgress, ShopRun } from './shop.ts'
import { group, totalLine } from './status.ts'

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
    `sent ${totalLine(progress.sent, progress.tookMs)}${detail}`,
    ...unsentLine(progress.unsent),
    `simulated ${formatDuration(progress.simulatedMs)} from ${iso(run.startMs)}; --seed ${run.seed} repeats it`,
  ]
}

export function replaySummary(
  settings: ReplaySettings,
  progress: ReplayProgress,
  isStopped: boolean,
): string[] {
  const { rejections } = progress
  const lines = [`sent ${totalLine(progress.sent, progress.tookMs)} from ${settings.file}`]
  lines.push(...unsentLine(progress.unsent))
  if (isStopped) lines.push('stopped before the end of the file')
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

const unsentLine = (unsent: number): string[] =>
  unsent === 0 ? [] : [`not sent, as the event log could not be reached: ${group(unsent)}`]
