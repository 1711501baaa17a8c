// Records set aside as text: a table that fits the terminal, JSON, and how many there are.
import { isUtf8 } from 'node:buffer'
import { formatDuration } from '../../kit/duration.ts'
import { grouped } from '../../kit/grouped.ts'
import { cutTo, textTable, visible } from '../../kit/text-table.ts'
import type { KeptRecord, ReasonCount } from '../../stores/dead-letters/dead-letters.ts'
import type { Kind } from './arguments.ts'
import { glance } from './value-text.ts'

/** Width of a detail or value where nothing limits the line. */
const WIDE = 200
/** They are not cut narrower than this. */
const NARROW = 16

/** `columns`: the width of the terminal; undefined when there is none. */
export async function* listTable(
  records: AsyncIterable<KeptRecord>,
  kind: Kind,
  columns: number | undefined,
): AsyncGenerator<string> {
  const rows: string[][] = []
  for await (const record of records) rows.push(rowOf(record, kind))
  if (rows.length === 0) return
  const isAnyReplayed = rows.some((row) => row[REPLAYED] !== '')
  const shown = (row: readonly string[]) =>
    isAnyReplayed ? row : row.filter((_, column) => column !== REPLAYED)
  const header = shown(HEADERS[kind.table])
  yield* textTable(header, fitted(header, rows.map(shown), columns))
}

/** The last two are cut to fit: what is wrong, and the value. */
const HEADERS = {
  dead_letters: ['place', 'set aside', 'replayed', 'reason', 'field', 'detail', 'value'],
  late_events: ['place', 'set aside', 'replayed', 'late by', 'value'],
}
const REPLAYED = 2

function rowOf(record: KeptRecord, { table }: Kind): string[] {
  const { partition, offset, setAsideMs, replayedMs, reason, field, detail, lateByMs } = record
  const times = [timeText(setAsideMs), replayedMs === undefined ? '' : timeText(replayedMs)]
  const why =
    table === 'late_events'
      ? [lateByMs === undefined ? '–' : formatDuration(lateByMs)]
      : [visible(reason), visible(field) || '–', cutTo(visible(detail), WIDE)]
  return [`${partition}/${offset}`, ...times, ...why, glance(record.value, WIDE)]
}

/** Cuts the last columns so that a line is not longer than the terminal is wide. */
function fitted(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns = Number.POSITIVE_INFINITY,
): string[][] {
  const widths = header.map((name, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column].length), name.length),
  )
  const last = header.length - 1
  const detail = header.indexOf('detail')
  const isFixed = (column: number) => column !== last && column !== detail
  const fixed = widths.filter((_, column) => isFixed(column)).reduce((sum, width) => sum + width, 0)
  const free = columns - fixed - 2 * last
  const detailMax = Math.max(NARROW, Math.floor(free * 0.6))
  const detailWidth = detail < 0 ? 0 : Math.min(widths[detail], detailMax)
  const valueWidth = Math.max(NARROW, free - detailWidth)
  const widthOf = (column: number) => (column === last ? valueWidth : detailWidth)
  return rows.map((row) =>
    row.map((cell, column) => (isFixed(column) ? cell : cutTo(cell, widthOf(column)))),
  )
}

/** An array, an object per line. Values that are UTF-8 are text, others base64. */
export async function* listJson(records: AsyncIterable<KeptRecord>): AsyncGenerator<string> {
  let before = '[\n  '
  for await (const record of records) {
    yield before + JSON.stringify(jsonOf(record))
    before = ',\n  '
  }
  yield before.startsWith('[') ? '[]\n' : '\n]\n'
}

/** All that is known of one. */
export function jsonOf(record: KeptRecord): object {
  const { topic, partition, offset, reason, field, detail } = record
  const { value, setAsideMs, replayedMs, lateByMs, isCut } = record
  // Each by name: a store's client may have put something of its own beside them.
  return {
    ...{ topic, partition, offset, reason, field, detail },
    setAside: new Date(setAsideMs).toISOString(),
    ...(replayedMs !== undefined && { replayed: new Date(replayedMs).toISOString() }),
    ...(lateByMs !== undefined && { lateByMs }),
    ...(isCut && { isCut }),
    ...jsonValue(value),
  }
}

function jsonValue(value: Uint8Array | null): object {
  if (value === null) return { value }
  const bytes = Buffer.from(value)
  return isUtf8(value) ? { value: bytes.toString() } : { valueBase64: bytes.toString('base64') }
}

/** "15 dead letters: json 3, range 12; 4 of them replayed". */
export function countsLine(counts: readonly ReasonCount[], { one, many }: Kind): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  const replayed = counts.reduce((sum, reason) => sum + reason.replayed, 0)
  const reasons = counts.map(({ reason, count }) => `${visible(reason)} ${grouped(count)}`)
  const which = reasons.length > 0 && many !== 'late events' ? `: ${reasons.join(', ')}` : ''
  const again = replayed === 0 ? '' : `; ${grouped(replayed)} of them replayed`
  return `${grouped(total)} ${total === 1 ? one : many}${which}${again}`
}

/** To the second, which is enough for people. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
