// When the window of a point ends, and from when on the point can change no more: for every kind of windows. Pure.
import type { Metric } from './metric.ts'
import { stepsOf } from './nodes.ts'
import { windowsOf } from './windows.ts'

export interface PointTimes {
  /** End of the window whose points have this time. Epoch milliseconds, as everything here. */
  endOf(timeMs: number): number
  /** The watermark from which on points of this time can change no more. */
  finalAt(timeMs: number): number
  /** Points before this can change no more when the watermark is there; others still can. */
  finalBefore(watermarkMs: number): number
}

export function pointTimesOf({
  window,
  allowedLatenessMs,
}: Pick<Metric, 'window' | 'allowedLatenessMs'>): PointTimes {
  const steps = windowsOf(stepsOf(window))
  const waitMs = allowedLatenessMs + (window.kind === 'sessions' ? window.gapMs : 0)
  return {
    endOf: (timeMs) => steps.endOf(timeMs),
    finalAt: (timeMs) => steps.endOf(timeMs) + waitMs,
    finalBefore: (watermarkMs) => steps.startOf(watermarkMs - waitMs),
  }
}
