// The query parameters of the API: what a page may ask for, checked, with a sentence for each thing wrong.
import { z } from '../kit/zod.cjs'
import { DEFAULT_RANGE, lastRange, RANGE_NAMES, type Range } from './range.ts'

/** What a page looks at; equal views have an equal `key` and share one reader. */
export interface ViewQuery {
  readonly range: Range
  /** At most this many buckets per series. */
  readonly points: number
  readonly key: string
}

export type CheckedQuery =
  | { readonly query: ViewQuery }
  | { readonly problems: readonly { readonly parameter: string; readonly what: string }[] }

export const MAX_POINTS = 600
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
const schema = z.strictObject({
  range: z.enum(NAMES).optional(),
  from: timeMs.optional(),
  to: timeMs.optional(),
  points: z
    .string()
    .refine(
      (text) => /^\d{1,3}$/.test(text) && Number(text) >= 10 && Number(text) <= MAX_POINTS,
      `expected a whole number, 10 to ${MAX_POINTS}`,
    )
    .transform(Number)
    .default(DEFAULT_POINTS),
})

/** Reads `range` (5m … 7d, all) or `from` and `to`, and `points`. Nothing given: the last 15 minutes. */
export function checkViewQuery(parameters: unknown): CheckedQuery {
  const result = schema.safeParse(parameters)
  if (!result.success)
    return { problems: result.error.issues.flatMap((one) => tell(one, parameters)) }
  const { range, from, to, points } = result.data
  if (from === undefined && to === undefined) {
    const name = range ?? DEFAULT_RANGE
    const chosen: Range = name === 'all' ? { kind: 'all' } : lastRange(name)
    return { query: { range: chosen, points, key: `${name}/${points}` } }
  }
  const wrong = (parameter: string, what: string) => ({ problems: [{ parameter, what }] })
  if (range !== undefined) return wrong('range', 'expected either range or from and to, got both')
  if (from === undefined) return wrong('from', 'expected from beside to, got nothing')
  if (to === undefined) return wrong('to', 'expected to beside from, got nothing')
  if (from >= to) return wrong('to', `expected a time after from (${from}), got ${to}`)
  return {
    query: {
      range: { kind: 'fixed', fromMs: from, toMs: to },
      points,
      key: `${from}-${to}/${points}`,
    },
  }
}

function tell(issue: z.core.$ZodIssue, parameters: unknown) {
  if (issue.code === 'unrecognized_keys') {
    const what = `is not a parameter; allowed: ${Object.keys(schema.shape).join(', ')}`
    return issue.keys.map((parameter) => ({ parameter, what }))
  }
  const parameter = String(issue.path[0])
  const got = JSON.stringify((parameters as Record<string, unknown>)[parameter])
  const expected =
    issue.code === 'invalid_value'
      ? `expected one of ${NAMES.join(', ')}`
      : issue.code === 'invalid_type'
        ? 'expected the parameter once'
        : issue.message
  return [{ parameter, what: `${expected}, got ${got}` }]
}
