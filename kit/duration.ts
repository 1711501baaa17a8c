// Durations as people write them: "500ms", "10s", "5m", "1h", "2d".
import { z } from './zod.cjs'

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a written duration, or undefined when it is none. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  if (match === null) return undefined
  return Math.round(Number(match[1]) * UNITS_MS[match[2]])
}

/** As `parseDurationMs`; throws for definitions in code, where a wrong duration is a bug. */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === undefined) throw new Error(`expected a duration like "10s" or "5m", got "${text}"`)
  return ms
}

/** "10s", "1.5m": the largest unit that keeps the number short. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    if (ms >= UNITS_MS[unit]) return `${Number((ms / UNITS_MS[unit]).toFixed(1))}${unit}`
  }
  return `${Math.round(ms)}ms`
}

/** How long something has taken so far: "7.8s", "5m 3s", "2h 10m". */
export function formatElapsed(ms: number): string {
  if (ms < 60_000) return formatDuration(ms)
  const [unit, smaller] = ms < UNITS_MS.h ? ['m', 's'] : ms < UNITS_MS.d ? ['h', 'm'] : ['d', 'h']
  const whole = Math.floor(ms / UNITS_MS[unit])
  const rest = Math.floor((ms % UNITS_MS[unit]) / UNITS_MS[smaller])
  return `${whole}${unit} ${rest}${smaller}`
}

/** As formatDuration, but nothing is rounded: a whole number of the largest unit that divides it ("90s", "36h"). */
export function exactDuration(ms: number): string {
  const unit = ['d', 'h', 'm', 's'].find((one) => ms % UNITS_MS[one] === 0) ?? 'ms'
  return `${ms / UNITS_MS[unit]}${unit}`
}

/** A configuration value: a written duration in, milliseconds out. */
export const durationSchema = z
  .string('expected a duration like "10s" or "5m"')
  .transform((text, context) => {
    const ms = parseDurationMs(text)
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: 'expected a duration like "10s" or "5m"' })
    return z.NEVER
  })
  .meta({ title: 'duration' })
