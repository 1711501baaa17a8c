// For tests and the soak: points beside those of plain SQL.
import type { Metric } from '../../data/definitions/metric.ts'
import type { ValueNode } from '../../data/definitions/nodes.ts'
import type { PointRows } from './sql-points.ts'

/** Divided in another way there: doubles, not bits. */
const RATIO_ERROR_MAX = 1e-12

/** How far a value may be from the exact one, as a share of it. */
function errorMaxOf(value: ValueNode | undefined): number {
  if (value?.kind === 'percentile') return value.error
  return value?.kind === 'ratio' ? RATIO_ERROR_MAX : 0
}

/** A line for each point that is missing, wrong or too many. */
export function differences(
  { values }: Pick<Metric, 'values'>,
  actual: PointRows,
  expected: PointRows,
): string[] {
  const isSame = (name: string, got: number, exact: number) =>
    Math.abs(got - exact) <= errorMaxOf(values[name]) * Math.abs(exact)
  const areSame = (got: Readonly<Record<string, number>>, exact: typeof got): boolean =>
    Object.keys(got).length === Object.keys(exact).length &&
    Object.entries(exact).every(([name, value]) => isSame(name, got[name], value))
  const wrong = [...expected].flatMap(([identity, fields]) => {
    const got = actual.get(identity)
    if (got !== undefined && areSame(got, fields)) return []
    return [`${identity}: expected ${JSON.stringify(fields)}, got ${JSON.stringify(got)}`]
  })
  const extra = [...actual.keys()].filter((identity) => !expected.has(identity))
  return [...wrong, ...extra.map((identity) => `${identity}: not expected`)]
}
