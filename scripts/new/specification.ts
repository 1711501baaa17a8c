// What `windrow new metric` is asked for, from its flags; everything wrong is told at once. Pure.

import { labelOf } from '../../data/definitions/words.ts'
import type { Checked } from '../../kit/config.ts'
import { parseDurationMs } from '../../kit/duration.ts'
import type { Problem } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/nearest.ts'

export interface MetricFlags {
  readonly where?: readonly string[]
  readonly by?: string
  readonly window?: string
  readonly count?: boolean
  readonly sum?: readonly string[]
  readonly avg?: readonly string[]
  readonly min?: readonly string[]
  readonly max?: readonly string[]
  readonly distinct?: readonly string[]
  readonly lateness?: string
  readonly title?: string
  readonly unit?: string
}

export type ValueKind = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'countDistinct'

export interface ValueSpec {
  readonly name: string
  readonly kind: ValueKind
  /** A field, or two that are multiplied; none for `count`. */
  readonly fields: readonly string[]
}

export interface Specification {
  readonly name: string
  /** Field and values, all of which must hold. */
  readonly where: readonly { readonly field: string; readonly values: readonly string[] }[]
  readonly by: readonly string[]
  readonly window: string
  readonly values: readonly ValueSpec[]
  readonly lateness?: string
  readonly title: string
  readonly unit: string
}

/** Names that may be used, and those that are taken. */
export interface Known {
  readonly text: readonly string[]
  readonly number: readonly string[]
  /** Fields of which each event or person has a value of its own: no tags. */
  readonly ids: readonly string[]
  readonly metrics: readonly string[]
}

export function specificationOf(
  name: string,
  flags: MetricFlags,
  known: Known,
): Checked<Specification> {
  const problems: Problem[] = []
  const wrong = (where: string, what: string) => void problems.push({ where, what })
  const must = (where: string, one: string, allowed: readonly string[], what: string) => {
    if (!allowed.includes(one)) wrong(where, `"${one}" is no ${what}${didYouMean(one, allowed)}`)
  }
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) || name.endsWith('_open'))
    wrong('name', `expected a name in snake case, e.g. clicks_by_page, got "${name}"`)
  else if (known.metrics.includes(name))
    wrong('name', `there is a metric ${name} already; expected another name`)
  const by = listOf(flags.by)
  for (const tag of by) {
    must('--by', tag, known.text, 'text field')
    if (known.ids.includes(tag))
      wrong(
        '--by',
        `"${tag}" is an id: a series for each of them; count it instead, --distinct ${tag}`,
      )
  }
  const where = (flags.where ?? []).map((text) => {
    const [, field = text, values = ''] = /^([^=]*)=(.+)$/.exec(text) ?? []
    if (values === '')
      wrong('--where', `expected field=value, e.g. event_type=purchase, got "${text}"`)
    else must('--where', field, known.text, 'text field')
    return { field, values: listOf(values) }
  })
  for (const [flag, text] of [
    ['--window', flags.window],
    ['--lateness', flags.lateness],
  ] as const)
    if (text !== undefined && !parseDurationMs(text))
      wrong(flag, `expected a duration like 10s, 5m or 1d, got "${text}"`)
  const values = valuesOf(flags, (flag, fields, kind) => {
    const [allowed, what] =
      kind === 'countDistinct'
        ? [known.text, 'text field']
        : ([known.number, 'number field'] as const)
    for (const field of fields) must(flag, field, allowed, what)
    if (fields.length > (kind === 'countDistinct' ? 1 : 2))
      wrong(flag, `expected a field, or two with * between them, got "${fields.join('*')}"`)
  })
  const names = values.map((one) => one.name)
  for (const [index, one] of names.entries()) {
    if (!/^[a-z][a-z0-9_]*$/.test(one)) wrong('--sum', `expected name=field, got the name "${one}"`)
    if (names.indexOf(one) !== index || by.includes(one))
      wrong('values', `two things are named ${one}; name one otherwise, e.g. --sum revenue=${one}`)
  }
  if (problems.length > 0) return { problems }
  const { window = '1m', lateness, title = labelOf(name), unit = 'short' } = flags
  const late = lateness === undefined ? {} : { lateness }
  return { problems: [], value: { name, where, by, window, values, ...late, title, unit } }
}

type CheckFields = (flag: string, fields: readonly string[], kind: ValueKind) => void

function valuesOf(flags: MetricFlags, check: CheckFields): ValueSpec[] {
  const kinds = [
    ['sum', 'sum', ''],
    ['avg', 'avg', '_avg'],
    ['min', 'min', '_min'],
    ['max', 'max', '_max'],
    ['distinct', 'countDistinct', '_distinct'],
  ] as const
  const folded = kinds.flatMap(([flag, kind, suffix]) =>
    (flags[flag] ?? []).map((text) => {
      const [, given, expression] = /^(?:([^=]*)=)?(.*)$/.exec(text) ?? ['', undefined, text]
      const fields = expression.split('*').map((one) => one.trim())
      check(`--${flag}`, fields, kind)
      return { name: given ?? `${fields.join('_')}${suffix}`, kind, fields }
    }),
  )
  const isCounted = flags.count === true || folded.length === 0
  return [...(isCounted ? [{ name: 'events', kind: 'count', fields: [] } as const] : []), ...folded]
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
