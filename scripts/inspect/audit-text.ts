// An audit as text: the table of the partitions, what waits, and the verdict as the last line.

import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { textTable, visible } from '../../kit/text-table.ts'
import type { AuditReport } from './audit-report.ts'
import { stateLine } from './state-line.ts'

const BOOKS = ['read', 'counted', 'filtered', 'late', 'rejected', 'duplicates'] as const

export function* auditText(report: AuditReport): Generator<string> {
  const { partitions, total, problems, notes } = report
  const { checkpoint, holder } = report
  yield `${stateLine(checkpoint, holder)}\n\n`
  const header = ['partition', 'position', 'lag', ...BOOKS, 'corrected']
  const rows = partitions.map((one) => [
    ...[String(one.partition), grouped(one.position), grouped(one.lag)],
    ...BOOKS.map((book) => grouped(one[book])),
    grouped(one.corrected),
  ])
  const all = [...BOOKS.map((book) => grouped(total[book])), grouped(total.corrected)]
  if (partitions.length > 1) rows.push(['all', '', grouped(total.lag), ...all])
  yield* textTable(header, rows, (column) => column > 0)
  yield '\n'
  if (total.rejected > 0) yield `rejected: ${reasonsText(report)} (windrow dead-letters)\n`
  if (total.late > 0) yield `late: ${WINDROW} late tells how much, and what can be done\n`
  yield `${waitingText(report)}\n`
  for (const note of notes) yield `note: ${note}\n`
  if (problems.length === 0) {
    const books = BOOKS.map((book) => `${grouped(total[book])} ${book}`)
    const sum = `${books[0]} = ${books.slice(1).join(' + ')}`
    yield `The ledger balances: ${sum}; and it agrees with the positions.\n`
    return
  }
  yield 'The ledger does not balance:\n'
  for (const problem of problems) yield `  • ${problem}\n`
}

const reasonsText = ({ rejectedByReason }: AuditReport): string =>
  Object.entries(rejectedByReason)
    .map(([reason, count]) => `${visible(reason)} ${grouped(count)}`)
    .join(', ')

function waitingText({ waitingPoints, holder }: AuditReport): string {
  if (waitingPoints === 0) return 'no points wait to be written'
  const points = waitingPoints === 1 ? '1 point' : `${grouped(waitingPoints)} points`
  const when = holder === null ? 'or will be when the job starts again' : 'or are being written'
  return `${points} in the checkpoint's outbox: they are written, ${when}`
}
