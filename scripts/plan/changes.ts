// What differs between the metrics a job has saved and those defined now, in words. Pure.
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import type { WindowNode } from '../../data/definitions/nodes.ts'
import { exactDuration } from '../../kit/duration.ts'
import { type Computed, definitionOf, signatureOf } from '../../streaming/checkpoint/snapshot.ts'

export type PointsKind = 'sqlite' | 'influxdb' | 'influxdb3'

export interface Change {
  readonly metric: string
  readonly kind: 'new' | 'changed' | 'same' | 'gone'
  /** What is different: "window: 10s → 1m". */
  readonly parts: readonly string[]
  /** What becomes of its points in the store. */
  readonly points: readonly string[]
}

/** `saved`: signatures by name of the metric. Those defined now first, in their order. */
export function changesOf(
  metrics: readonly Metric[],
  saved: ReadonlyMap<string, string>,
  store: PointsKind,
): Change[] {
  const present = metrics.map((metric): Change => {
    const { name } = metric
    const signature = saved.get(name)
    if (signature === undefined) return { metric: name, kind: 'new', parts: [], points: [] }
    if (signature === signatureOf(metric))
      return { metric: name, kind: 'same', parts: [], points: [] }
    const before = definitionOf(signature)
    if (before === undefined) {
      const parts = ['saved by an older version of windrow, which did not keep what it was']
      return { metric: name, kind: 'changed', parts, points: [] }
    }
    const parts = partsOf(before, metric)
    return { metric: name, kind: 'changed', parts, points: pointsOf(before, metric, store) }
  })
  const gone = [...saved.keys()].filter((name) => !metrics.some((metric) => metric.name === name))
  return [
    ...present,
    ...gone.map((metric): Change => {
      const points = ['what is in the store stays; nothing is written to it any more']
      return { metric, kind: 'gone', parts: [], points }
    }),
  ]
}

function partsOf(before: Computed, now: Metric): string[] {
  const differ = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other)
  const parts: string[] = []
  const told = (what: string, one: string, other: string) =>
    void parts.push(one === other ? `${what}: changed` : `${what}: ${one} → ${other}`)
  if (differ(before.where, now.where)) parts.push('where: other events')
  if (differ(before.by, now.by)) told('by', tags(before.by), tags(now.by))
  if (differ(before.window, now.window))
    told('window', windowText(before.window), windowText(now.window))
  parts.push(...valuesOf(before.values, now.values, differ))
  if (before.allowedLatenessMs !== now.allowedLatenessMs)
    told(
      'allowedLateness',
      exactDuration(before.allowedLatenessMs),
      exactDuration(now.allowedLatenessMs),
    )
  if (differ(before.top, now.top)) parts.push('top: other groups are written')
  if (differ(before.zerosForMs, now.zerosForMs)) parts.push('zerosFor: changed')
  return parts
}

function valuesOf(
  before: Computed['values'],
  now: Metric['values'],
  differ: (one: unknown, other: unknown) => boolean,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  const parts = [...names].flatMap((name) => {
    if (!(name in before)) return `values.${name}: new`
    if (!(name in now)) return `values.${name}: gone`
    return differ(before[name], now[name]) ? `values.${name}: computed otherwise` : []
  })
  return parts.length === 0 && differ(before.values, now.values)
    ? ['values: in another order']
    : parts
}

const tags = (by: readonly string[]) => (by.length === 0 ? 'nothing' : by.join(', '))

function windowText(window: WindowNode): string {
  const zone = window.tz === undefined ? '' : ` in ${window.tz}`
  if (window.kind === 'sessions')
    return `sessions of ${window.of.name}, gap ${exactDuration(window.gapMs)}${zone}`
  const size = exactDuration(window.sizeMs)
  if (window.kind === 'tumbling') return `${size}${zone}`
  return `${window.kind} ${size} every ${exactDuration(window.everyMs)}${zone}`
}

/** What the store does with points of the old definition, and whether it takes those of the new one. */
function pointsOf(before: Computed, now: Metric, store: PointsKind): string[] {
  const [old, next] = [measurementOf(before as Metric), measurementOf(now)]
  const added = Object.keys(next.fields).filter((field) => !(field in old.fields))
  const gone = Object.keys(old.fields).filter((field) => !(field in next.fields))
  const retyped = Object.keys(next.fields).filter(
    (field) => field in old.fields && old.fields[field] !== next.fields[field],
  )
  const newTags = next.tags.filter((tag) => !old.tags.includes(tag))
  const oldTags = old.tags.filter((tag) => !next.tags.includes(tag))
  const list = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${what}: ${names.join(', ')}`]
  return [
    ...list('fields added', added),
    ...list('fields no longer written', gone),
    ...list('tags added', newTags),
    ...list('tags no longer written', oldTags),
    ...retyped.map(
      (field) => `field ${field}: ${old.fields[field]} → ${next.fields[field]}${RETYPED[store]}`,
    ),
    ...(store === 'influxdb3' && newTags.length > 0
      ? [
          'InfluxDB 3 adds no tag to a measurement that it has, and refuses: give the metric another name',
        ]
      : []),
    OLD_POINTS[store],
  ]
}

const RETYPED: Readonly<Record<PointsKind, string>> = {
  sqlite: '',
  influxdb:
    ': InfluxDB refuses a field with another type as long as it holds the old one. Give the value another name',
  influxdb3: ': InfluxDB 3 refuses a field with another type. Give the value another name',
}

const OLD_POINTS: Readonly<Record<PointsKind, string>> = {
  sqlite: 'points of the old definition are removed, and computed anew',
  influxdb: 'points of the old definition are removed, and computed anew',
  influxdb3:
    'InfluxDB 3 Core removes nothing: points of the old definition stay beside the new ones, so another name is better',
}
