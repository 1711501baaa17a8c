// What a job tells of the windows of a metric. Pure.
import type { WindowSummary } from '../window/metric-windows.ts'
import type { MetricStatus } from './status.ts'

/** Those that are closed and kept, as late events still correct them, are not open. */
export function windowsStatus(
  summaries: readonly WindowSummary[],
): Pick<MetricStatus, 'openWindows' | 'correctableWindows' | 'next'> {
  const open = summaries.filter(({ isClosed }) => !isClosed).sort((a, b) => a.endMs - b.endMs)
  const counts = { openWindows: open.length, correctableWindows: summaries.length - open.length }
  if (open.length === 0) return counts
  const { startMs, endMs, groupCount } = open[0]
  return { ...counts, next: { startEpochMs: startMs, endEpochMs: endMs, groups: groupCount } }
}
