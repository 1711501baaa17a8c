// Why a window is or is not closed. Pure.

import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { pointTimesOf } from '../../data/definitions/point-times.ts'
import { windowsOf } from '../../data/definitions/windows.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import type { WindowState } from '../../streaming/window/metric-windows.ts'
import { sessionsOf } from '../../streaming/window/sessions/session-tables.ts'
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
  /** The watermark at which it closes: its end, or for sessions later, when none can have its last event there any more. */
  readonly closesAtMs: number
  readonly standing: WindowStanding
  /** Groups that are held; undefined where it holds none any more. */
  readonly groups: number | undefined
  /** Sessions that are not over and have their last event so far in it; undefined: it is not of sessions. */
  readonly openSessions: number | undefined
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

/** The windows of a metric that are open, the oldest first: those that end with a step that has events. */
export function openWindowsOf(metric: Metric, { snapshot }: Pick<WhyFacts, 'snapshot'>) {
  const bounds = windowsOf(stepsOf(metric.window))
  const windows = snapshot.metrics.get(metric.name)?.windows ?? []
  const groups = new Map([...openSessionsOf(metric, snapshot).keys()].map((ms) => [ms, 0]))
  for (const { isClosed, startMs, revisions } of windows)
    if (!isClosed) groups.set(startMs, revisions.length)
  return [...groups]
    .map(
      ([startMs, count]): OpenWindowFacts => ({
        startMs,
        endMs: bounds.endOf(startMs),
        groups: count,
      }),
    )
    .sort((a, b) => a.startMs - b.startMs)
}

/** By start of the window that their last events so far are in, how many sessions are not over. */
function openSessionsOf(
  { name, window }: Metric,
  { metrics }: Pick<Snapshot, 'metrics'>,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  const bounds = windowsOf(stepsOf(window))
  for (const lastMs of sessionsOf(metrics.get(name)?.tables ?? {})?.lastMs ?? []) {
    const startMs = bounds.startOf(lastMs)
    counts.set(startMs, (counts.get(startMs) ?? 0) + 1)
  }
  return counts
}

/** About the window whose points have the time of the step that `timeMs` is in. */
export function whyWindow(metric: Metric, timeMs: number, facts: WhyFacts): WindowAnswer {
  const { snapshot } = facts
  const times = pointTimesOf(metric)
  const startMs = windowsOf(stepsOf(metric.window)).startOf(timeMs)
  const endMs = times.endOf(startMs)
  const groups = groupsIn(snapshot.metrics.get(metric.name)?.windows ?? [], startMs, endMs)
  const deadlineMs = times.finalAt(startMs)
  const isOfSessions = metric.window.kind === 'sessions'
  const closesAtMs = isOfSessions ? deadlineMs : endMs
  const sessions = openSessionsOf(metric, snapshot).get(startMs) ?? 0
  const known = {
    ...{ startMs, endMs, closesAtMs, groups },
    openSessions: isOfSessions ? sessions : undefined,
    correctableUntilMs: metric.allowedLatenessMs > 0 && !isOfSessions ? deadlineMs : undefined,
  }
  const { currentMs } = snapshot.watermarks
  if (isClosed(closesAtMs, currentMs)) {
    const standing = isClosed(deadlineMs, currentMs) ? 'final' : 'closed'
    return { ...known, standing, heldBy: [], closesByMs: undefined }
  }
  const standings = standingsOf(facts)
  const isAnyRead = standings.some(({ latestMs }) => Number.isFinite(latestMs))
  return {
    ...known,
    standing: groups !== undefined || sessions > 0 ? 'open' : isAnyRead ? 'waiting' : 'unread',
    heldBy: holdersOf(closesAtMs, standings),
    closesByMs: closesByMs(closesAtMs, standings, facts),
  }
}

/** Of a window, or of the steps that it is made of; undefined: none is held. */
function groupsIn(
  windows: readonly WindowState[],
  startMs: number,
  endMs: number,
): number | undefined {
  const own = windows.filter((one) => startMs <= one.startMs && one.startMs < endMs)
  if (own.length < 2) return own[0]?.slots.length
  const keys = own.flatMap(({ slots, keys: tags }) =>
    Array.from(slots, (_, group) => tags.map((codes) => codes[group]).join()),
  )
  return new Set(keys).size
}

/** Those whose watermark is before that at which it closes, and that are waited for. */
function holdersOf(
  closesAtMs: number,
  standings: readonly PartitionStanding[],
): PartitionStanding[] {
  return standings.filter(
    ({ standing, watermarkMs }) =>
      (standing === 'behind' || standing === 'quiet') && !isClosed(closesAtMs, watermarkMs),
  )
}

/** When silence closes it: partitions become idle, and when all are, the wall clock goes on for them. */
function closesByMs(
  closesAtMs: number,
  standings: readonly PartitionStanding[],
  facts: WhyFacts,
): number | undefined {
  const { snapshot, closeOnIdle, idleAfterMs, holder, nowMs } = facts
  const had = standings.filter(({ standing }) => standing !== 'empty')
  if (had.length === 0 || had.some(({ standing }) => standing === 'behind')) return undefined
  const isAnyPast = had.some(({ watermarkMs }) => isClosed(closesAtMs, watermarkMs))
  if (!closeOnIdle && !isAnyPast) return undefined
  const isAllSilent = holder !== undefined && nowMs - snapshot.savedAtMs >= idleAfterMs
  return Math.max(isAllSilent ? nowMs : idleByMs(facts), closesAtMs + snapshot.disorderMs)
}
