// How many series a metric has: combinations of its tags' values, each a line that the points store keeps. Pure.
import type { EventSchema } from '../schema.ts'
import type { Enrichment, Metric } from './metric.ts'

/** The metric's tags by where their values come from, in its order. */
export interface TagSources {
  readonly ofEvents: readonly string[]
  readonly ofTable: readonly string[]
}

export function tagSources({ by }: Pick<Metric, 'by'>, { fields }: Enrichment): TagSources {
  return {
    ofEvents: by.filter((tag) => !fields.includes(tag)),
    ofTable: by.filter((tag) => fields.includes(tag)),
  }
}

/** Tags of which each event, or each row of the table, has a value of its own, and that `top` does not bound. */
export function idTags(
  { by, top }: Pick<Metric, 'by' | 'top'>,
  { idField }: EventSchema,
  { key }: Enrichment,
): string[] {
  return by.filter((tag) => (tag === idField || tag === key) && !top?.of.includes(tag))
}

/** How many different combinations of values such tags have; undefined: not known. 1 for none. */
export type Combinations = (tags: readonly string[]) => number | undefined

/**
 * The series to expect: combinations that occur together among events, times those among rows of the table. With `top`
 * those that one window writes at most. Undefined: not known.
 */
export function expectedSeries(
  metric: Pick<Metric, 'by' | 'top'>,
  enrichment: Enrichment,
  ofEvents: Combinations,
  ofTable: Combinations,
): number | undefined {
  const { by, top } = metric
  const product = (tags: readonly string[]) => {
    const sources = tagSources({ by: tags }, enrichment)
    const [events, rows] = [ofEvents(sources.ofEvents), ofTable(sources.ofTable)]
    return events === undefined || rows === undefined ? undefined : events * rows
  }
  const all = product(by)
  if (top === undefined) return all
  const folded = product(by.filter((tag) => !top.of.includes(tag)))
  if (folded === undefined) return undefined
  // The groups that are written, and the one that all others are added up in.
  return Math.min(all ?? Number.POSITIVE_INFINITY, (top.count + 1) * folded)
}
