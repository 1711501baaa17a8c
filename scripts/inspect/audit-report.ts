// The ledger of a job, as it was saved, checked against itself and against the log. Pure.
import { grouped } from '../../kit/grouped.ts'
import type { Offsets } from '../../stores/event-log/event-log.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import { balances, Ledger, type LedgerEntry } from '../../streaming/ledger.ts'

export interface AuditFacts {
  readonly snapshot: Pick<Snapshot, 'positions' | 'ledger' | 'outbox' | 'savedAtMs'>
  /** Of the checkpoint. */
  readonly number: number
  /** The end of each partition. */
  readonly ends: Offsets
  /** Every offset of the log holds a record. */
  readonly isGapless: boolean
  /** Who works on the job; undefined: nobody. */
  readonly holder: string | undefined
  readonly nowMs: number
}

export interface PartitionAudit extends LedgerEntry {
  readonly partition: number
  /** Next offset to read. */
  readonly position: number
  readonly end: number
  /** Records that wait to be read. */
  readonly lag: number
  /** The first offset that was read. */
  readonly begin: number
  readonly corrected: number
}

export interface AuditReport {
  readonly checkpoint: { readonly number: number; readonly saved: string; readonly ageMs: number }
  readonly holder: string | null
  readonly partitions: readonly PartitionAudit[]
  readonly total: LedgerEntry & { readonly corrected: number; readonly lag: number }
  readonly rejectedByReason: Readonly<Record<string, number>>
  /** Points that the checkpoint holds because they may not be written yet. */
  readonly waitingPoints: number
  /** What does not balance, a sentence each; empty: all is well. */
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

export function auditOf(facts: AuditFacts): AuditReport {
  const { snapshot, number, ends, isGapless, holder, nowMs } = facts
  const ledger = new Ledger()
  ledger.add(snapshot.ledger)
  const begins = new Map(snapshot.ledger.begins)
  const numbers = new Set([...snapshot.positions.keys(), ...ledger.partitions])
  const partitions = [...numbers]
    .sort((a, b) => a - b)
    .map((partition): PartitionAudit => {
      const position = snapshot.positions.get(partition) ?? 0
      const end = ends.get(partition) ?? 0
      const begin = begins.get(partition) ?? position
      const { corrected } = ledger.latenessOf(partition)
      const lag = Math.max(0, end - position)
      return { partition, position, end, lag, begin, ...ledger.of(partition), corrected }
    })
  const total = {
    ...ledger.total(),
    corrected: partitions.reduce((sum, { corrected }) => sum + corrected, 0),
    lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
  }
  const reasons = [...ledger.reasons].sort(([, a], [, b]) => b - a)
  const rejected = reasons.reduce((sum, [, count]) => sum + count, 0)
  const problems = partitions.flatMap((one) => [...problemsOf(one, isGapless)])
  if (rejected !== total.rejected)
    problems.push(
      `all partitions: ${grouped(total.rejected)} rejected, but ${grouped(rejected)} by reason`,
    )
  const saved = new Date(snapshot.savedAtMs).toISOString()
  return {
    checkpoint: { number, saved, ageMs: Math.max(0, nowMs - snapshot.savedAtMs) },
    holder: holder ?? null,
    ...{ partitions, total, problems },
    rejectedByReason: Object.fromEntries(reasons),
    waitingPoints: snapshot.outbox.points.length,
    notes: isGapless ? [] : partitions.flatMap((one) => [...notesOf(one)]),
  }
}

function* problemsOf(one: PartitionAudit, isGapless: boolean): Generator<string> {
  const { partition, position, end, begin, read } = one
  const name = `partition ${partition}`
  if (!balances(one)) {
    const sum = one.counted + one.filtered + one.late + one.rejected + one.duplicates
    const difference = read - sum
    yield `${name}: ${grouped(read)} read, but counted + filtered + late + rejected + duplicates is ${grouped(sum)}: ` +
      (difference > 0 ? `${grouped(difference)} vanished` : `${grouped(-difference)} too many`)
  }
  const passed = position - begin
  const between = `${name}: ${grouped(read)} read between offsets ${begin} and ${position}: `
  if (read > passed) yield `${between}${grouped(read - passed)} were read twice`
  if (read < passed && isGapless) yield `${between}${grouped(passed - read)} were passed over`
  if (position > end)
    yield `${name}: read up to offset ${position}, but the log ends at ${end}: the topic was deleted and made again, or cut`
}

/** A log with gaps cannot tell records that were passed over from offsets that hold none. */
function* notesOf({ partition, position, begin, read }: PartitionAudit): Generator<string> {
  const without = position - begin - read
  if (without > 0)
    yield `partition ${partition}: ${grouped(without)} of the offsets ${begin} to ${position - 1} held no record to read ` +
      '(retention, compaction or transactions)'
}
