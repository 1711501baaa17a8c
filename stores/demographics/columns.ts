// Which columns can be looked up.
import { DEMOGRAPHIC_COLUMNS } from '../../data/demographics.ts'

/** The asked columns when all are the table's; a wrong name is a bug of the caller. */
export function checkedColumns(columns: readonly string[]): readonly string[] {
  const wrong = columns.find((name) => !(DEMOGRAPHIC_COLUMNS as readonly string[]).includes(name))
  if (wrong !== undefined)
    throw new Error(`"${wrong}" is no column of demographics: ${DEMOGRAPHIC_COLUMNS.join(', ')}`)
  return columns
}

/** A query that counts combinations of their values, as `n`. */
export const selectCombinations = (columns: readonly string[]): string =>
  `SELECT COUNT(*) AS n FROM (SELECT DISTINCT ${checkedColumns(columns).join(', ')} FROM demographics) AS combinations`
