// How late events were, as text: a table by partition, the latest of them, and what can be done.

import { formatDuration } from '../../kit/duration.ts'
import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { textTable } from '../../kit/text-table.ts'
import { glance } from '../dead-letters/value-text.ts'
import { BOUNDS_MS, type Lateness, type Row } from './lateness.ts'

const GLANCE_WIDTH = 100

export function* latenessText(lateness: Lateness): Generator<string> {
  const { all, partitions, latest } = lateness
  const hasUnknown = all.unknown > 0
  const header = [
    ...['partition', ...BOUNDS_MS.map((boundMs) => `≤ ${formatDuration(boundMs)}`), 'more'],
    ...(hasUnknown ? ['unknown'] : []),
    ...['latest', 'late'],
  ]
  const rowOf = (name: string, { counts, unknown, latestMs, total }: Row) => [
    ...[name, ...counts.map(countText)],
    ...(hasUnknown ? [countText(unknown)] : []),
    ...[formatDuration(latestMs), grouped(total)],
  ]
  const rows = partitions.map(([partition, row]) => rowOf(String(partition), row))
  if (partitions.length > 1) rows.push(rowOf('all', all))
  yield* textTable(header, rows, (column) => column > 0)
  if (latest.length > 0) {
    yield '\nThe latest:\n'
    const examples = latest.map(({ partition, offset, lateByMs = 0, value }) => [
      ...[`${partition}/${offset}`, formatDuration(lateByMs), glance(value, GLANCE_WIDTH)],
    ])
    yield* textTable(['place', 'late by', 'event'], examples)
  }
  if (all.unknown < all.total) yield* whatToDo(lateness)
}

const countText = (count: number): string => (count === 0 ? '·' : grouped(count))

function* whatToDo(lateness: Lateness): Generator<string> {
  const most = upTo(lateness.quantileMs(0.95) ?? 0)
  const all = upTo(lateness.quantileMs(1) ?? 0)
  yield '\nHow late an event is: how long before it, in event time, its window had closed.\n'
  yield `95 % of them are late by ${most} at most, all by ${all} at most. To count such events:\n`
  yield '  disorder (streaming/config/streaming.yaml), larger by so much: every window waits so much longer;\n'
  yield '  allowedLateness of a metric, so much: windows close as soon as now, and are corrected.\n'
  yield `Then compute all anew, ${WINDROW} stream --from earliest, or give back what allowedLateness still reaches,\n`
  yield `  ${WINDROW} dead-letters replay --late.\n`
}

/** Rounded up, so that what is written is enough. */
function upTo(ms: number): string {
  const stepMs = [86_400_000, 3_600_000, 60_000].find((unitMs) => ms >= unitMs) ?? 10_000
  return formatDuration((Math.ceil((10 * ms) / stepMs) * stepMs) / 10)
}
