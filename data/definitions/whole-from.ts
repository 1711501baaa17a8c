// From when on points have all that they are made of, where the log has lost its first events: not only those of a point's
// own time are needed. Pure.
import type { Metric } from './metric.ts'
import { stepsOf } from './nodes.ts'
import { startAfter, windowsOf } from './windows.ts'

/**
 * Points of this time and later are made of events from `eventsFromMs` on alone; epoch milliseconds, -Infinity: all are. Of
 * sessions this is the least: one that may have begun before goes on for as long as it does.
 */
export function wholeFrom(
  { window, values, zerosForMs = 0 }: Pick<Metric, 'window' | 'values' | 'zerosForMs'>,
  eventsFromMs: number,
): number {
  if (!Number.isFinite(eventsFromMs)) return eventsFromMs
  const since = Object.values(values).map((one) => (one.kind === 'countNew' ? one.withinMs : 0))
  const fromMs = eventsFromMs + Math.max(zerosForMs, ...since)
  const steps = windowsOf(stepsOf(window))
  switch (window.kind) {
    case 'hopping': {
      const stepCount = window.sizeMs / window.everyMs
      return startAfter(steps, firstStartFrom(steps, fromMs), stepCount - 1)
    }
    case 'cumulative':
      return firstStartFrom(windowsOf({ ...window, kind: 'tumbling' }), fromMs)
    default:
      return fromMs
  }
}

/** Start of the first window that has nothing from before. */
function firstStartFrom(windows: ReturnType<typeof windowsOf>, fromMs: number): number {
  const startMs = windows.startOf(fromMs)
  return startMs < fromMs ? windows.endOf(startMs) : startMs
}
