// The result of comparing points with the log, as text and for machines.
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import type { Point } from '../../data/point.ts'
import { grouped } from '../../kit/grouped.ts'
import { textTable, visible } from '../../kit/text-table.ts'
import { type Difference, pointOf } from './differences.ts'
import type { Verifier } from './verifier.ts'

/** What was done about the differences. */
export interface Repaired {
  readonly written: ReadonlyMap<string, number>
  readonly removed: ReadonlyMap<string, number>
  readonly refused: string | undefined
}

const KINDS = ['missing', 'different', 'extra'] as const

export function* verifyText(
  verifiers: readonly Verifier[],
  repaired: Repaired | undefined,
): Generator<string> {
  const header = ['metric', 'windows from', 'to', 'compared', ...KINDS]
  const rows = verifiers.map(({ metric, range, compared, counts }) => [
    ...[
      metric.name,
      range ? timeText(range.fromMs, 'the beginning') : 'none',
      timeText(range?.toMs),
    ],
    ...[compared, ...KINDS.map((kind) => counts[kind])].map(grouped),
  ])
  yield* textTable(header, rows, (column) => column > 2)
  for (const { metric, shown, differences } of verifiers) {
    if (differences === 0) continue
    const first = differences > shown.length ? `, the first ${shown.length}` : ''
    yield `\n${metric.name}${first}:\n`
    for (const one of shown) yield `  ${differenceText(metric, one)}\n`
  }
  yield* leftOutText(verifiers)
  const older = verifiers.reduce((sum, one) => sum + one.older, 0)
  if (older > 0)
    yield `\n${pointsText(older)} older than the log: left alone (--from compares them, too)\n`
  const waiting = verifiers.reduce((sum, one) => sum + one.waiting, 0)
  if (waiting > 0)
    yield `\n${pointsText(waiting)} not written yet, though computed: the job writes them when it goes on\n`
  yield `\n${verdict(verifiers, repaired)}\n`
}

/** Metrics with the same limit in one line. */
function* leftOutText(verifiers: readonly Verifier[]): Generator<string> {
  const namesFrom = new Map<number, string[]>()
  for (const { metric, wholeFromMs } of verifiers)
    if (wholeFromMs > Number.NEGATIVE_INFINITY)
      namesFrom.set(wholeFromMs, [...(namesFrom.get(wholeFromMs) ?? []), metric.name])
  for (const [fromMs, names] of namesFrom) {
    const before = Number.isFinite(fromMs) ? ` before ${timeText(fromMs)}` : ''
    yield `\nPoints${before} of ${names.join(', ')} are left out: not all that they are made of is in what the job read and the log still holds.\n`
  }
}

function verdict(verifiers: readonly Verifier[], repaired: Repaired | undefined): string {
  const total = (of: (one: Verifier) => number) => verifiers.reduce((sum, one) => sum + of(one), 0)
  const differences = total((one) => one.differences)
  const compared = total((one) => one.compared)
  if (compared === 0 && differences === 0)
    return 'No window of the range is final: nothing to compare.'
  if (differences === 0)
    return `All ${pointsText(compared)} are what the log says, and there are no others.`
  if (repaired === undefined)
    return (
      `${pointsText(differences)} of the store and the log differ. --repair makes the store as the log says.\n` +
      'Users whose demographics were changed since then are counted under other tags now, and would be after a repair.'
    )
  const written = verifiers.reduce(
    (sum, { metric }) => sum + (repaired.written.get(metric.name) ?? 0),
    0,
  )
  const removed = verifiers.reduce(
    (sum, { metric }) => sum + (repaired.removed.get(metric.name) ?? 0),
    0,
  )
  const done = `Repaired: ${pointsText(written)} written, ${grouped(removed)} removed.`
  if (repaired.refused === undefined) return done
  return `${done} The store removes none: what is extra stays.\n  ${repaired.refused}`
}

/** "2026-01-31T12:00:00Z category=books country=DE: revenue is 3, the log says 9.99". */
function differenceText(metric: Metric, difference: Difference): string {
  const point = pointOf(difference)
  const tags = metric.by.map((tag) => `${tag}=${visible(point.tags[tag])}`)
  return `${[timeText(point.timeMs), ...tags].join(' ')}: ${whatText(metric, difference)}`
}

function whatText(metric: Metric, difference: Difference): string {
  const names = Object.keys(measurementOf(metric).fields)
  const all = (point: Point) =>
    names
      .filter((field) => point.fields[field] !== undefined)
      .map((field) => `${field} ${point.fields[field]}`)
      .join(', ')
  if (difference.kind === 'missing') return `missing; the log says ${all(difference.expected)}`
  if (difference.kind === 'extra') return `extra, not in the log: ${all(difference.found)}`
  const { expected, found, fields } = difference
  const fieldOf = (point: Point, field: string) => point.fields[field] ?? 'absent'
  return fields
    .map(
      (field) => `${field} is ${fieldOf(found, field)}, the log says ${fieldOf(expected, field)}`,
    )
    .join('; ')
}

export function verifyJson(verifiers: readonly Verifier[], repaired: Repaired | undefined): object {
  return {
    metrics: verifiers.map(({ metric, range, compared, waiting, older, counts, shown }) => ({
      metric: metric.name,
      from: isoOf(range?.fromMs),
      to: isoOf(range?.toMs),
      ...{ compared, waiting, older, ...counts, first: shown },
      ...(repaired && {
        written: repaired.written.get(metric.name) ?? 0,
        removed: repaired.removed.get(metric.name) ?? 0,
      }),
    })),
    ...(repaired?.refused === undefined ? {} : { notRemoved: repaired.refused }),
  }
}

const pointsText = (count: number): string => (count === 1 ? '1 point' : `${grouped(count)} points`)

const isoOf = (ms = Number.NaN): string | null =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : null

const timeText = (ms = Number.NaN, otherwise = '–'): string =>
  isoOf(ms)?.replace('.000Z', 'Z') ?? otherwise
