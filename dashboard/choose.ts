// Which of many tag values get a place of their own, and in which order. Pure.
import { OTHER, UNKNOWN } from '../data/point.ts'

export interface Chosen {
  readonly shown: readonly string[]
  /** What found no place. */
  readonly rest: readonly string[]
}

/**
 * The heaviest `most`, or one less and the rest; as many where there is a rest anyway, which has a place (`hasRest`).
 * `order`: by weight; by name; or by name where all begin with a digit (age groups). Unknown comes last, and what a metric
 * itself has folded together.
 */
export function choose(
  weights: ReadonlyMap<string, number>,
  most: number,
  order: 'weight' | 'name' | 'either',
  hasRest = false,
): Chosen {
  const heaviest = [...weights.keys()].sort(
    (a, b) => weights.get(b)! - weights.get(a)! || compareNames(a, b),
  )
  const keep = hasRest || heaviest.length <= most ? Math.min(heaviest.length, most) : most - 1
  const shown = heaviest.slice(0, keep)
  const isOrdinal = shown.every((name) => name === UNKNOWN || /^\d/.test(name))
  if (order === 'name' || (order === 'either' && isOrdinal)) shown.sort(compareNames)
  const place = (name: string) => LAST.indexOf(name)
  return { shown: shown.sort((a, b) => place(a) - place(b)), rest: heaviest.slice(keep) }
}

const LAST: readonly string[] = [UNKNOWN, OTHER]

const names = new Intl.Collator('en', { numeric: true })
const compareNames = (a: string, b: string) => names.compare(a, b) || (a < b ? -1 : 1)
