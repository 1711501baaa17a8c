// Which points of windows that were written before they closed still tell something. Pure.
import type { Point } from './point.ts'

/** Those of windows after the newest final one: the others closed meanwhile, and not every store can remove them. */
export function stillOpen(
  open: readonly Point[],
  final: readonly Pick<Point, 'timeMs'>[],
): Point[] {
  const newestFinalMs = final.reduce((newest, { timeMs }) => Math.max(newest, timeMs), -Infinity)
  return open.filter(({ timeMs }) => timeMs > newestFinalMs)
}
