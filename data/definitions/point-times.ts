// When the window of a point ends, and from when on the point can change no more: for every kind of windows. Pure.
import type { Metric } from './metric.ts'
import { stepsOf, type WindowNode } from './nodes.ts'
import { startAfter, windowsOf } from './windows.ts'

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
  const length = stepsIn(window)
  const waitMs = allowedLatenessMs + (window.kind === 'sessions' ? window.gapMs : 0)
  const endOf = (timeMs: number) => steps.endOf(startAfter(steps, timeMs, length - 1))
  return {
    endOf,
    finalAt: (timeMs) => endOf(timeMs) + waitMs,
    finalBefore: (watermarkMs) =>
      startAfter(steps, steps.startOf(watermarkMs - waitMs), 1 - length),
  }
}

/** How many steps there are from a point's time to the end of its window. */
export const stepsIn = (window: WindowNode): number =>
  window.kind === 'hopping' ? window.sizeMs / window.everyMs : 1
