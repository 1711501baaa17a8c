// Why a window is or is not closed. Pure.

import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { windowsOf } from '../../data/definitions/windows.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import { isClosed } from '../../streaming/window/watermark.ts'
import { idleByMs, type JobFacts, type PartitionStanding, standingsOf } from './partitions.ts'

export interface WhyFacts extends JobFacts {
  readonly snapshot: JobFacts['snapshot'] & Pick<Snapshot, 'metrics'>
  readonly closeOnIdle: boolean
}

/** `waiting`: it can still close, and has no event yet. `unread`: nothing at all was read yet. */
export type WindowStanding = 'unread' | 'waiting' | 'open' | 'closed' | 'final'

export interface WindowAnswer {
  readonly startMs: number
  readonly endMs: number
  readonly standing: WindowStanding
  /** Groups that are held; undefined where it holds none any more. */
  readonly groups: number | undefined
  /** Late events correct it until the watermark is there; undefined: not at all. */
  readonly correctableUntilMs: number | undefined
  /** Partitions that hold it open; empty when it is closed, or when only the wall clock is waited for. */
  readonly heldBy: readonly PartitionStanding[]
  /** When it closes at the latest if no event comes, epoch milliseconds; undefined: then it does not, or it is closed. */
  readonly closesByMs: number | undefined
}

export interface OpenWindowFacts {
  readonly startMs: number
  readonly endMs: number
  readonly groups: number
}

/** The windows of a metric that are open, the oldest first. */
export function openWindowsOf(metric: Metric, { snapshot }: Pick<WhyFacts, 'snapshot'>) {
  const bounds = windowsOf(stepsOf(metric.window))
  const windows = snapshot.metrics.get(metric.name)?.windows ?? []
  return windows
    .filter((window) => !window.isClosed)
    .map(
      ({ startMs, revisions }): OpenWindowFacts => ({
        startMs,
        endMs: bounds.endOf(startMs),
        groups: revisions.length,
      }),
    )
    .sort((a, b) => a.startMs - b.startMs)
}

/** About the window that `timeMs` is in. */
export function whyWindow(metric: Metric, timeMs: number, facts: WhyFacts): WindowAnswer {
  const { snapshot } = facts
  const bounds = windowsOf(stepsOf(metric.window))
  const startMs = bounds.startOf(timeMs)
  const endMs = bounds.endOf(startMs)
  const windows = snapshot.metrics.get(metric.name)?.windows ?? []
  const groups = windows.find((one) => one.startMs === startMs)?.revisions.length
  const deadlineMs = endMs + metric.allowedLatenessMs
  const known = {
    ...{ startMs, endMs, groups },
    correctableUntilMs: metric.allowedLatenessMs > 0 ? deadlineMs : undefined,
  }
  const { currentMs } = snapshot.watermarks
  if (isClosed(endMs, currentMs)) {
    const standing = isClosed(deadlineMs, currentMs) ? 'final' : 'closed'
    return { ...known, standing, heldBy: [], closesByMs: undefined }
  }
  const standings = standingsOf(facts)
  const isAnyRead = standings.some(({ latestMs }) => Number.isFinite(latestMs))
  return {
    ...known,
    standing: groups !== undefined ? 'open' : isAnyRead ? 'waiting' : 'unread',
    heldBy: holdersOf(endMs, standings),
    closesByMs: closesByMs(endMs, standings, facts),
  }
}

/** Those whose watermark is before the end, and that are waited for. */
function holdersOf(endMs: number, standings: readonly PartitionStanding[]): PartitionStanding[] {
  return standings.filter(
    ({ standing, watermarkMs }) =>
      (standing === 'behind' || standing === 'quiet') && !isClosed(endMs, watermarkMs),
  )
}

/** When silence closes it: partitions become idle, and when all are, the wall clock goes on for them. */
function closesByMs(
  endMs: number,
  standings: readonly PartitionStanding[],
  facts: WhyFacts,
): number | undefined {
  const { snapshot, closeOnIdle, idleAfterMs, holder, nowMs } = facts
  const had = standings.filter(({ standing }) => standing !== 'empty')
  if (had.length === 0 || had.some(({ standing }) => standing === 'behind')) return undefined
  const isAnyPast = had.some(({ watermarkMs }) => isClosed(endMs, watermarkMs))
  if (!closeOnIdle && !isAnyPast) return undefined
  const isAllSilent = holder !== undefined && nowMs - snapshot.savedAtMs >= idleAfterMs
  return Math.max(isAllSilent ? nowMs : idleByMs(facts), endMs + snapshot.disorderMs)
}
