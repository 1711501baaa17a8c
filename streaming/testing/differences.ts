// For tests and the soak: points beside those of plain SQL.
import type { PointRows } from './sql-points.ts'

/** Divided in another way there: doubles, not bits. */
const RATIOS = new Set(['average_order_value', 'conversion'])
const RELATIVE_ERROR_MAX = 1e-12

/** A line for each point that is missing, wrong or too many. */
export function differences(actual: PointRows, expected: PointRows): string[] {
  const wrong = [...expected].flatMap(([identity, fields]) => {
    const got = actual.get(identity)
    if (got !== undefined && areSame(got, fields)) return []
    return [`${identity}: expected ${JSON.stringify(fields)}, got ${JSON.stringify(got)}`]
  })
  const extra = [...actual.keys()].filter((identity) => !expected.has(identity))
  return [...wrong, ...extra.map((identity) => `${identity}: not expected`)]
}

const areSame = (got: Readonly<Record<string, number>>, expected: typeof got): boolean =>
  Object.keys(got).length === Object.keys(expected).length &&
  Object.entries(expected).every(([name, value]) =>
    RATIOS.has(name)
      ? Math.abs(got[name] - value) <= RELATIVE_ERROR_MAX * Math.abs(value)
      : got[name] === value,
  )
