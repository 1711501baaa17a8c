// Time ranges of the page and the width of the buckets that a range is drawn with. Pure.
import type { TumblingNode } from '../data/definitions/nodes.ts'
import { areMadeOf } from '../data/definitions/windows.ts'
import { durationMs } from '../kit/duration.ts'

/** The last `lengthMs` up to now, everything there is, or a fixed stretch [fromMs, toMs). */
export type Range =
  | { readonly kind: 'last'; readonly name: string; readonly lengthMs: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number }

/** Ranges offered by name, shortest first; `all` comes besides. */
export const RANGE_NAMES = ['5m', '15m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'] as const

/** Most visits are over by then, so that every panel of a shop has something to show. */
export const DEFAULT_RANGE = '1h'

/** A range up to now, by its name: one of RANGE_NAMES. */
export const lastRange = (name: string): Range => ({
  kind: 'last',
  name,
  lengthMs: durationMs(name),
})

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** Widths that people know. */
const STEPS_MS = [
  ...['1s', '2s', '5s', '10s', '20s', '30s', '1m', '2m', '5m', '10m', '15m', '30m'],
  ...['1h', '2h', '3h', '6h', '12h', '1d', '2d', '7d', '14d', '28d'],
].map(durationMs)

/**
 * The narrowest bucket made of whole `unit`s (the window, or a bucket that is to be widened), with which `spanMs` has at
 * most `points` buckets. Widths that people know (30 s, 5 min, 1 h) are preferred.
 */
export function bucketFor(spanMs: number, unit: TumblingNode, points: number): number {
  const unitMs = unit.sizeMs
  const fits = (bucketMs: number) => Math.ceil(spanMs / bucketMs) <= points
  if (fits(unitMs)) return unitMs
  const known = STEPS_MS.find((step) => areMadeOf(unit, step) && fits(step))
  let bucketMs = unitMs
  while (!fits(bucketMs)) bucketMs *= 2
  // A unit that divides few known widths (7 s) would leap to days: then doubling is nearer.
  return known !== undefined && known <= bucketMs * 4 ? known : bucketMs
}
