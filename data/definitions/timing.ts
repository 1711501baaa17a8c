// When a metric's points are written, from what its definition says: how late an event may be, how often an open
// window is shown. Pure.
import { exactDuration, parseDurationMs } from '../../kit/duration.ts'
import { didYouMean, nearest } from '../../kit/nearest.ts'
import type { MetricInput } from './metric.ts'

type Timed = Pick<MetricInput<string>, 'allowedLateness' | 'emit' | 'window'>

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
  if (everyMs === 0 || everyMs >= window.sizeMs)
    throw new Error(
      `emit.every is ${emit.every}; expected more than 0 and less than the window, ` +
        exactDuration(window.sizeMs),
    )
  return everyMs
}

function durationOf(place: string, text: string): number {
  const ms = typeof text === 'string' ? parseDurationMs(text) : undefined
  if (ms === undefined)
    throw new Error(`${place}: expected a duration like "1s" or "5m", got ${JSON.stringify(text)}`)
  return ms
}
