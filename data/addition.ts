// How the values of a field of many points become one: told to points stores, which then do it where the points are. Pure.
import type { Point } from './point.ts'

/** Added, exactly, as whole numbers of their last decimal; or the least or the largest of them. */
export type Addition =
  | { readonly kind: 'sum'; readonly decimals: number }
  | { readonly kind: 'min' | 'max' }

/** By field. Fields that are not here are left out. */
export type Additions = Readonly<Record<string, Addition>>

/** The fields of these points as one; a field that none of them has is absent. */
export function addFields(additions: Additions, points: readonly Point[]): Record<string, number> {
  const fields: Record<string, number> = {}
  for (const [field, addition] of Object.entries(additions)) {
    const value =
      addition.kind === 'sum'
        ? addUp(points, field, addition.decimals)
        : extremeOf(points, field, Math[addition.kind])
    if (value !== undefined) fields[field] = value
  }
  return fields
}

/** The exact sum: whole numbers of the last decimal are added. Undefined when no point has the field. */
function addUp(points: readonly Point[], field: string, decimals: number): number | undefined {
  const scale = 10 ** decimals
  let total: number | undefined
  for (const point of points) {
    const value = point.fields[field]
    if (value !== undefined) total = (total ?? 0) + Math.round(value * scale)
  }
  return total === undefined ? undefined : total / scale
}

function extremeOf(
  points: readonly Point[],
  field: string,
  further: (a: number, b: number) => number,
): number | undefined {
  const values = points.flatMap(({ fields }) => fields[field] ?? [])
  return values.length === 0 ? undefined : values.reduce((a, b) => further(a, b))
}
