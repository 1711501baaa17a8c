// The text of a metric's definition and of its test. Pure.
import type { EventSchema } from '../../data/schema.ts'
import type { PlainEvent, PlainPerson, PlainPoint } from '../../streaming/testing/points-of.ts'
import type { Specification, ValueSpec } from './specification.ts'

/** `clicks_by_page` → `clicksByPage`: what the module exports. */
export const constantOf = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

export const fileOf = (name: string): string => `${name.replaceAll('_', '-')}.ts`

export function metricSource(spec: Specification, schema: EventSchema): string {
  const { name, where, by, window, values, lateness, title, unit } = spec
  const conditions = where.map(({ field, values: some }) =>
    some.length === 1
      ? `eq(field('${field}'), ${quoted(some[0])})`
      : `oneOf(field('${field}'), [${some.map(quoted).join(', ')}])`,
  )
  const condition = conditions.length > 1 ? `and(${conditions.join(', ')})` : conditions[0]
  const lines = values.map((value) => `    ${value.name}: ${valueSource(value, schema)},`)
  const body = [lines.join('\n'), condition ?? ''].join('\n')
  const words = ['and', 'avg', 'count', 'countDistinct', 'eq', 'max', 'min', 'mul', 'oneOf', 'sum']
  const used = [...words.filter((word) => new RegExp(`\\b${word}\\(`).test(body)), 'tumbling']
  const names = body.includes('field(') ? 'defineMetric, field' : 'defineMetric'
  // What was asked for besides the number of events is what people want to see.
  const shown = values.find(({ kind }) => kind !== 'count') ?? values[0]
  const addsUp = shown.kind === 'count' || shown.kind === 'sum'
  return `// A metric, begun by \`windrow new metric\`: which events, by which tags, in which windows, which values. Change it as you
// like: a field that does not exist does not compile, and windrow check tells the rest.
import { ${used.join(', ')} } from '../definitions/nodes.ts'
import { ${names} } from './vocabulary.ts'

export const ${constantOf(name)} = defineMetric({
  name: '${name}',
  summary: ${quoted(`${title}.`)},
${condition === undefined ? '' : `  where: ${condition},\n`}  by: [${by.map(quoted).join(', ')}],
  window: tumbling('${window}'),
${lateness === undefined ? '' : `  allowedLateness: '${lateness}',\n`}  values: {
${lines.join('\n')}
  },
  panel: {
    title: ${quoted(title)},
    value: '${shown.name}',
    unit: ${quoted(unit)},
${by.length === 0 ? '' : `    split: '${by[0]}',\n`}${addsUp ? `    totals: ['${shown.name}'],\n` : ''}  },
})
`
}

function valueSource({ kind, fields }: ValueSpec, { fields: known }: EventSchema): string {
  if (kind === 'count') return 'count()'
  const [left, right] = fields.map((name) => `field('${name}')`)
  const of = right === undefined ? left : `mul(${left}, ${right})`
  if (kind === 'countDistinct') return `countDistinct(${of})`
  const decimals = fields
    .map((name) => known.find((field) => field.name === name)?.decimals ?? 0)
    .reduce((sum, one) => sum + one, 0)
  return decimals === 0 ? `${kind}(${of})` : `${kind}(${of}, { decimals: ${decimals} })`
}

/** People of its test. */
export const PEOPLE: readonly PlainPerson[] = [
  { user_id: 'ann', gender: 'F', age_group: '25-34', country: 'DE' },
  { user_id: 'bob', gender: 'M', age_group: '45-54', country: 'FR' },
]

/** Events of its test: three that the metric asks for, and one more that its first condition excludes. */
export function sampleEvents(
  { where, by, values }: Specification,
  schema: EventSchema,
): PlainEvent[] {
  const used = [
    ...by,
    ...values.flatMap(({ fields }) => fields),
    ...where.map(({ field }) => field),
  ]
  const event = (index: number, isAsked: boolean): PlainEvent => {
    const made: Record<string, string | number> = {}
    const chosen = new Map(
      where.map(({ field, values: some }) => [field, some[index % some.length]]),
    )
    const [first] = where
    if (!isAsked && first !== undefined) chosen.set(first.field, 'other')
    for (const { name, kind, required, format } of schema.fields) {
      const isRequired =
        required === true ||
        (typeof required === 'object' && made[required.field] === required.equals)
      if (!isRequired && !used.includes(name)) continue
      if (name === schema.idField) made[name] = `e${index + 1}`
      else if (name === 'user_id') made[name] = PEOPLE[index % 2].user_id
      else if (kind === 'time') made[name] = `2026-01-31T12:00:0${index + 1}Z`
      else if (kind === 'string')
        made[name] =
          chosen.get(name) ??
          (name === 'event_type' ? 'click' : format ? 'EUR' : `${name} ${(index % 2) + 1}`)
      else made[name] = kind === 'decimal' ? 9.99 : index + 1
    }
    return made
  }
  return [
    event(0, true),
    event(1, true),
    event(2, true),
    ...(where.length > 0 ? [event(3, false)] : []),
  ]
}

export function testSource(
  { name }: Specification,
  events: readonly PlainEvent[],
  points: readonly PlainPoint[],
): string {
  const constant = constantOf(name)
  const imports = [
    `import { expect, test } from ${quoted('vitest')}`,
    `import { pointsOf } from '../../streaming/testing/points-of.ts'`,
    `import { ${constant} } from './${fileOf(name)}'`,
  ]
  return `${imports.join('\n')}

const PEOPLE = ${literal(PEOPLE)}

// What it computed when it was made: look whether that is what you mean, then add the cases that matter.
test('${name}: a few events in, points out', () => {
  const points = pointsOf(
    ${constant},
    ${literal(events)},
    PEOPLE,
  )
  expect(points).toEqual(${literal(points)})
})
`
}

const literal = (rows: readonly Readonly<Record<string, string | number>>[]): string =>
  `[\n${rows
    .map(
      (row) =>
        `{ ${Object.entries(row)
          .map(([key, value]) => `${key}: ${typeof value === 'string' ? quoted(value) : value}`)
          .join(', ')} },`,
    )
    .join('\n')}\n]`

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
