// What a store's points differ in from those computed from the log. Pure.
import type { Measurement, Point } from '../../data/point.ts'
import { comparePoints, identityOf } from '../../data/point-order.ts'

export type Difference =
  | { readonly kind: 'missing'; readonly expected: Point }
  /** `fields`: those that differ. */
  | {
      readonly kind: 'different'
      readonly expected: Point
      readonly found: Point
      readonly fields: readonly string[]
    }
  | { readonly kind: 'extra'; readonly found: Point }

/** By time, then tags. */
export function differencesOf(
  measurement: Measurement,
  expected: readonly Point[],
  found: readonly Point[],
): Difference[] {
  const left = new Map(found.map((point) => [identityOf(point, measurement), point]))
  const differences: Difference[] = []
  for (const point of expected) {
    const key = identityOf(point, measurement)
    const kept = left.get(key)
    left.delete(key)
    if (kept === undefined) differences.push({ kind: 'missing', expected: point })
    else {
      const fields = unlikeFields(measurement, point, kept)
      if (fields.length > 0)
        differences.push({ kind: 'different', expected: point, found: kept, fields })
    }
  }
  for (const point of left.values()) differences.push({ kind: 'extra', found: point })
  const order = comparePoints(measurement)
  return differences.sort((a, b) => order(pointOf(a), pointOf(b)))
}

/** The point it is about; as it should be, where it should be. */
export const pointOf = (difference: Difference): Point =>
  difference.kind === 'extra' ? difference.found : difference.expected

/** Fields of which one has another value, or one has none. */
export const unlikeFields = (measurement: Measurement, a: Point, b: Point): string[] =>
  Object.keys(measurement.fields).filter((field) => a.fields[field] !== b.fields[field])
