// Times as people write them on the command line.
import { parseDurationMs } from '../../kit/duration.ts'

export const TIME_FORMS =
  'a time like 2026-01-31, 2026-01-31T12:00:00Z, now or -1h (ago; ms, s, m, h, d)'

/** Epoch milliseconds, or undefined when it is no time. A date without a zone is in UTC. */
export function parseTimeMs(text: string, nowMs: number): number | undefined {
  const relative = /^(?:now)?(?:([+-])(.+))?$/.exec(text)
  if (text !== '' && relative !== null) {
    if (relative[1] === undefined) return nowMs
    const durationMs = parseDurationMs(relative[2])
    if (durationMs === undefined) return undefined
    return relative[1] === '-' ? nowMs - durationMs : nowMs + durationMs
  }
  const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(
    text,
  )
  if (iso === null) return undefined
  const withZone = text.length === 10 || iso[1] !== undefined ? text : `${text}Z`
  const ms = Date.parse(withZone.replace(' ', 'T'))
  return Number.isNaN(ms) ? undefined : ms
}
