// Time ranges of the page and the width of the buckets that a range is drawn with. Pure.
import { durationMs } from '../kit/duration.ts'

/** The last `lengthMs` up to now, everything there is, or a fixed stretch [fromMs, toMs). */
export type Range =
  | { readonly kind: 'last'; readonly name: string; readonly lengthMs: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number }

/** Ranges offered by name, shortest first; `all` comes besides. */
export const RANGE_NAMES = ['5m', '15m', '1h', '6h', '24h', '7d'] as const

export const DEFAULT_RANGE = '15m'

/** A range up to now, by its name: one of RANGE_NAMES. */
export const lastRange = (name: string): Range => ({
  kind: 'last',
  name,
  lengthMs: durationMs(name),
})

/** Each divides the next, so that narrow buckets can be folded into wider ones. */
const STEPS_MS = ['1s', '5s', '10s', '30s', '1m', '5m', '15m', '1h', '6h', '1d', '7d', '28d'].map(
  durationMs,
)

/**
 * The narrowest bucket, a multiple of the window, with which `spanMs` has at most `points` buckets. Widths that people
 * know (30 s, 5 min, 1 h) are preferred; each possible width divides every wider one.
 */
export function bucketFor(spanMs: number, windowMs: number, points: number): number {
  const fits = (bucketMs: number) => Math.ceil(spanMs / bucketMs) <= points
  if (fits(windowMs)) return windowMs
  const known = STEPS_MS.filter((step) => step > windowMs && step % windowMs === 0)
  // A window that divides no step below an hour (7 s) would leap to days: it doubles instead.
  const steps = known.some((step) => step <= durationMs('1h')) ? known : []
  for (const step of steps) if (fits(step)) return step
  let bucketMs = steps.at(-1) ?? windowMs
  while (!fits(bucketMs)) bucketMs *= 2
  return bucketMs
}

/** Start of the bucket that holds `ms`. Buckets are aligned to the epoch, as windows are. */
export const floorTo = (ms: number, bucketMs: number): number =>
  Math.floor(ms / bucketMs) * bucketMs

/** The first bucket boundary at or after `ms`. */
export const ceilTo = (ms: number, bucketMs: number): number => Math.ceil(ms / bucketMs) * bucketMs
