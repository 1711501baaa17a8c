// When a metric's points are written, from what its definition says: how late an event may be, how often an open
// window is shown. Pure.
import { exactDuration, parseDurationMs } from '../../kit/duration.ts'
import { didYouMean, nearest } from '../../kit/nearest.ts'
import type { MetricInput } from './metric.ts'
import { stepsOf } from './nodes.ts'

type Timed = Pick<MetricInput<string>, 'allowedLateness' | 'emit' | 'window' | 'zerosFor'>

/** A series is written with zeros for so many windows at most. */
const ZEROS_MAX = 1500

/** How long after its window closed an event still corrects it. Throws an Error that says what is expected. */
export const latenessMsOf = ({ allowedLateness }: Timed): number =>
  allowedLateness === undefined ? 0 : durationOf('allowedLateness', allowedLateness)

/** How often open windows are shown; undefined: never. Throws an Error that says what is expected. */
export function emitEveryMsOf({ emit = 'onClose', window }: Timed): number | undefined {
  if (emit === 'onClose') return undefined
  if (typeof emit !== 'object' || emit === null) {
    const hint = nearest(String(emit), ['onClose']) === undefined ? '' : '; did you mean "onClose"?'
    throw new Error(`emit: expected "onClose" or { every: "1s" }, got "${emit}"${hint}`)
  }
  const other = Object.keys(emit).find((key) => key !== 'every')
  if (other !== undefined)
    throw new Error(`emit has "${other}", which means nothing${didYouMean(other, ['every'])}`)
  const everyMs = durationOf('emit.every', emit.every)
  const { sizeMs } = stepsOf(window)
  if (everyMs === 0 || everyMs >= sizeMs)
    throw new Error(
      `emit.every is ${emit.every}; expected more than 0 and less than the window, ` +
        exactDuration(sizeMs),
    )
  if (window.kind === 'sessions')
    throw new Error('emit: sessions are counted when they are over; expected "onClose"')
  return everyMs
}

/** How long a series without events is written with zeros; undefined: not at all. */
export function zerosForMsOf({ zerosFor, allowedLateness, window }: Timed): number | undefined {
  if (zerosFor === undefined) return undefined
  if (window.kind !== 'tumbling')
    throw new Error(`zerosFor: expected tumbling windows, got ${window.kind} ones`)
  if (allowedLateness !== undefined)
    throw new Error('zerosFor: zeros are not corrected; expected no allowedLateness')
  const forMs = durationOf('zerosFor', zerosFor)
  if (forMs < window.sizeMs)
    throw new Error(
      `zerosFor is ${zerosFor}; expected the window, ${exactDuration(window.sizeMs)}, or more`,
    )
  if (forMs > ZEROS_MAX * window.sizeMs)
    throw new Error(
      `zerosFor is ${zerosFor}, ${Math.ceil(forMs / window.sizeMs)} windows; expected at most ${ZEROS_MAX}: ` +
        'after a pause every series is written for each of them at once',
    )
  return forMs
}

function durationOf(place: string, text: string): number {
  const ms = typeof text === 'string' ? parseDurationMs(text) : undefined
  if (ms === undefined)
    throw new Error(`${place}: expected a duration like "1s" or "5m", got ${JSON.stringify(text)}`)
  return ms
}
