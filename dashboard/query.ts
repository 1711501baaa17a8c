// The query parameters of the API: what a page may ask for, checked, with a sentence for each thing wrong.

import { needsSplit } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { didYouMean, nearest } from '../kit/nearest.ts'
import { z } from '../kit/zod.cjs'
import type { Filter } from './cut.ts'
import { MAX_FILTER_VALUES, MAX_POINTS } from './limits.ts'
import type { Span } from './metric-reader.ts'
import { panelsIn, splitsOf } from './panels.ts'
import { DAY_MS, DEFAULT_RANGE, HOUR_MS, lastRange, RANGE_NAMES, type Range } from './range.ts'

/** What a page looks at. */
export interface ViewQuery {
  readonly range: Range
  /** At most this many buckets per series. */
  readonly points: number
  readonly filter: Filter
  /** By panel's id, the tag it is split by; undefined: by none. Panels that are not here have their own split. */
  readonly splits: ReadonlyMap<string, string | undefined>
  /** Whether everything is compared with the stretch before. */
  readonly compare: boolean
  /** The page's time zone. */
  readonly tz: string
  /** Equal views have an equal one. */
  readonly key: string
  /** What must be read for it; views with an equal `key` of it share a reader. */
  readonly span: Span & { readonly key: string }
}

export interface Problem {
  readonly parameter: string
  readonly what: string
}
export type Checked<T> = { readonly query: T } | { readonly problems: readonly Problem[] }

const DEFAULT_POINTS = 100
/** 9999-12-31: beyond it dates can no longer be written as ISO 8601. */
const MAX_TIME_MS = 253_402_300_799_999

const NAMES = [...RANGE_NAMES, 'all'] as const
const timeMs = z.string().transform((text, context) => {
  const ms = /^-?\d+$/.test(text) ? Number(text) : /^\d{4}-/.test(text) ? Date.parse(text) : NaN
  if (ms >= 0 && ms <= MAX_TIME_MS) return ms
  context.addIssue('expected epoch milliseconds or an ISO 8601 time from 1970 on')
  return z.NEVER
})
/** A parameter that may come several times, each "name:value". */
const pairs = z
  .union([z.string(), z.array(z.string())])
  .transform((texts, context) =>
    [texts].flat().flatMap((text) => {
      const at = text.indexOf(':')
      if (at > 0) return [[text.slice(0, at), text.slice(at + 1)] as const]
      context.addIssue(`expected name:value, e.g. "country:DE"`)
      return []
    }),
  )
  .default([])
const fields = {
  range: z.enum(NAMES).optional(),
  from: timeMs.optional(),
  to: timeMs.optional(),
  points: z
    .string()
    .refine(
      (text) => /^\d{1,4}$/.test(text) && Number(text) >= 10 && Number(text) <= MAX_POINTS,
      `expected a whole number, 10 to ${MAX_POINTS}`,
    )
    .transform(Number)
    .default(DEFAULT_POINTS),
  filter: pairs.refine(
    (all) => all.length <= MAX_FILTER_VALUES,
    `expected at most ${MAX_FILTER_VALUES} of them`,
  ),
  split: pairs,
  compare: z
    .enum(['0', '1'])
    .transform((text) => text === '1')
    .default(false),
  tz: z.string().refine(isZone, 'expected a time zone like "Europe/Berlin"').default('UTC'),
}
const viewSchema = z.strictObject(fields)
const valuesSchema = z.strictObject({ ...fields, tag: z.string(), panel: z.string().optional() })

type Raw = z.infer<typeof viewSchema>

/**
 * Reads `range` (5m … 30d, all) or `from` and `to`; `points`, `filter` (tag:value, any number), `split` (panel:tag, or
 * `panel:` for none), `compare` and `tz`. Nothing given: the last hour.
 */
export function checkViewQuery(parameters: unknown, pipeline: Pipeline): Checked<ViewQuery> {
  const result = viewSchema.safeParse(parameters)
  if (!result.success) return problemsOf(result.error, parameters, viewSchema.shape)
  return viewQuery(result.data, pipeline)
}

/** A view, and the tag whose values are asked for. */
export interface ValuesQuery {
  readonly view: ViewQuery
  readonly tag: string
  /** The panel whose value is counted; absent: one that has the tag. */
  readonly panel?: string
}

/** Reads the parameters of a view, `tag` and perhaps `panel`. The filter of the tag itself is left out. */
export function checkValuesQuery(parameters: unknown, pipeline: Pipeline): Checked<ValuesQuery> {
  const result = valuesSchema.safeParse(parameters)
  if (!result.success) return problemsOf(result.error, parameters, valuesSchema.shape)
  const { tag, panel, ...raw } = result.data
  const filter = raw.filter.filter(([name]) => name !== tag)
  const view = viewQuery({ ...raw, filter }, pipeline)
  const problems = [
    ...(tagsOf(pipeline).includes(tag) ? [] : [unknownTag('tag', tag, pipeline)]),
    ...(panel === undefined ? [] : unknownPanel('panel', panel, pipeline)),
    ...('problems' in view ? view.problems : []),
  ]
  if (problems.length > 0 || !('query' in view)) return { problems }
  return { query: { view: view.query, tag, ...(panel === undefined ? {} : { panel }) } }
}

function viewQuery(raw: Raw, pipeline: Pipeline): Checked<ViewQuery> {
  const range = rangeOf(raw)
  const problems = [
    ...('problem' in range ? [range.problem] : []),
    ...raw.filter.flatMap(([tag]) =>
      tagsOf(pipeline).includes(tag) ? [] : [unknownTag('filter', tag, pipeline)],
    ),
    ...raw.split.flatMap(([id, tag]) => wrongSplit(id, tag, pipeline)),
  ]
  if (problems.length > 0 || !('range' in range)) return { problems }
  const { points, compare, tz } = raw
  const filter = new Map<string, Set<string>>()
  for (const [tag, value] of raw.filter)
    filter.set(tag, (filter.get(tag) ?? new Set<string>()).add(value))
  const splits = new Map(raw.split.map(([id, tag]) => [id, tag === '' ? undefined : tag]))
  const span = spanOf(range.range, points, compare, tz)
  const key = JSON.stringify([
    span.key,
    [...filter].map(([tag, values]) => [tag, ...[...values].sort()]).sort(),
    [...splits].sort(),
    compare,
    tz,
  ])
  return { query: { range: range.range, points, filter, splits, compare, tz, key, span } }
}

function rangeOf({ range, from, to }: Raw): { range: Range } | { problem: Problem } {
  const wrong = (parameter: string, what: string) => ({ problem: { parameter, what } })
  if (from === undefined && to === undefined) {
    const name = range ?? DEFAULT_RANGE
    return { range: name === 'all' ? { kind: 'all' } : lastRange(name) }
  }
  if (range !== undefined) return wrong('range', 'expected either range or from and to, got both')
  if (from === undefined) return wrong('from', 'expected from beside to, got nothing')
  if (to === undefined) return wrong('to', 'expected to beside from, got nothing')
  if (from >= to) return wrong('to', `expected a time after from (${from}), got ${to}`)
  return { range: { kind: 'fixed', fromMs: from, toMs: to } }
}

/** The stretch before is read when it is asked for, and when that is little. */
function spanOf(range: Range, points: number, compare: boolean, tz: string): ViewQuery['span'] {
  const isShort = range.kind === 'last' && range.lengthMs <= DAY_MS
  const lengths = range.kind !== 'all' && (compare || isShort) ? 2 : 1
  const hourMs = hourIn(tz)
  const name = range.kind === 'fixed' ? `${range.fromMs}-${range.toMs}` : nameOf(range)
  return { range, points, lengths, hourMs, key: [name, points, lengths, hourMs].join('/') }
}

const nameOf = (range: Range) => (range.kind === 'last' ? range.name : range.kind)

/** An hour of UTC that is near enough: offsets hardly ever change by part of an hour. */
const OFFSETS_ARE_OF_MS = Date.UTC(2026, 0, 1)

/** The longest stretch that begins with every hour of the zone's clock, which may be half an hour off. */
function hourIn(timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' })
  const minute = Number(format.format(OFFSETS_ARE_OF_MS))
  return minute === 0 ? HOUR_MS : minute === 30 ? HOUR_MS / 2 : HOUR_MS / 4
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const tagsOf = ({ metrics }: Pipeline) => [...new Set(metrics.flatMap(({ by }) => by))]

const unknownTag = (parameter: string, tag: string, pipeline: Pipeline): Problem => ({
  parameter,
  what: `no metric has a tag "${tag}"${didYouMean(tag, tagsOf(pipeline))}`,
})

function unknownPanel(parameter: string, id: string, pipeline: Pipeline): Problem[] {
  const ids = panelsIn(pipeline).map((panel) => panel.id)
  if (ids.includes(id)) return []
  return [{ parameter, what: `there is no panel "${id}"${didYouMean(id, ids)}` }]
}

function wrongSplit(id: string, tag: string, pipeline: Pipeline): Problem[] {
  const of = panelsIn(pipeline).find((panel) => panel.id === id)
  if (of === undefined) return unknownPanel('split', id, pipeline)
  const tags = splitsOf(of.metric, of.panel)
  const wrong = (what: string) => [{ parameter: 'split', what: `panel "${id}" ${what}` }]
  if (tags.length === 0) return wrong('has no split')
  if (tag === '')
    return needsSplit(of.panel) ? wrong('shows the values of a tag; expected one') : []
  return tags.includes(tag) ? [] : wrong(`has no tag "${tag}"${didYouMean(tag, tags)}`)
}

function problemsOf(
  error: z.ZodError,
  parameters: unknown,
  shape: object,
): { readonly problems: Problem[] } {
  return { problems: error.issues.flatMap((issue) => tell(issue, parameters, Object.keys(shape))) }
}

function tell(issue: z.core.$ZodIssue, parameters: unknown, allowed: readonly string[]): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((parameter) => {
      const near = nearest(parameter, allowed)
      const hint = near === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean "${near}"?`
      return { parameter, what: `is not a parameter; ${hint}` }
    })
  const parameter = String(issue.path[0])
  const value = (parameters as Record<string, unknown>)[parameter]
  const got = value === undefined ? 'nothing' : JSON.stringify(value)
  return [{ parameter, what: `${expectedOf(issue, parameter, value)}, got ${got}` }]
}

function expectedOf(issue: z.core.$ZodIssue, parameter: string, value: unknown): string {
  if (issue.code === 'invalid_value') {
    const names = issue.values.map(String)
    return `expected one of ${names.join(', ')}`
  }
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') return issue.message
  return value === undefined ? `expected a ${parameter}` : 'expected the parameter once'
}
