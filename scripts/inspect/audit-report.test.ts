import { expect, test } from 'vitest'
import { EMPTY_OUTBOX } from '../../streaming/checkpoint/outbox.ts'
import { Ledger } from '../../streaming/ledger.ts'
import { type AuditFacts, auditOf } from './audit-report.ts'
import { auditText } from './audit-text.ts'

/** Two partitions, well kept. */
function facts(change: (ledger: Ledger) => void = () => {}, more: Partial<AuditFacts> = {}) {
  const ledger = new Ledger()
  for (const [partition, begin] of [
    [0, 0],
    [1, 50],
  ]) {
    ledger.beginAt(partition, begin)
    Object.assign(ledger.of(partition), { read: 100, counted: 90, late: 4, rejected: 6 })
  }
  for (let i = 0; i < 12; i++) ledger.addReason(i < 9 ? 'json' : 'range')
  ledger.addLate(1, -1, 500)
  change(ledger)
  const positions = new Map([
    [0, 100],
    [1, 150],
    [2, 0],
  ])
  const snapshot = { positions, ledger: ledger.snapshot(), outbox: EMPTY_OUTBOX, savedAtMs: 1_000 }
  const ends = new Map([
    [0, 100],
    [1, 170],
    [2, 0],
  ])
  return { snapshot, number: 7, ends, isGapless: true, holder: undefined, nowMs: 3_500, ...more }
}
const problemsOf = (...args: Parameters<typeof facts>) => auditOf(facts(...args)).problems
const textOf = (...args: Parameters<typeof facts>) =>
  [...auditText(auditOf(facts(...args)))].join('')

test('a ledger that balances is shown with a verdict that says so', () => {
  expect(auditOf(facts()).problems).toEqual([])
  expect(textOf().split('\n')).toEqual([
    'checkpoint 7, 2.5s old; the job does not run: start it with windrow stream',
    '',
    'partition  position  lag  read  counted  filtered  late  rejected  duplicates  corrected',
    '─────────  ────────  ───  ────  ───────  ────────  ────  ────────  ──────────  ─────────',
    '0               100    0   100       90         0     4         6           0          0',
    '1               150   20   100       90         0     4         6           0          1',
    '2                 0    0     0        0         0     0         0           0          0',
    'all                   20   200      180         0     8        12           0          1',
    '',
    'rejected: json 9, range 3 (windrow dead-letters)',
    'late: windrow late tells how much, and what can be done',
    'no points wait to be written',
    'The ledger balances: 200 read = 180 counted + 0 filtered + 8 late + 12 rejected + 0 duplicates; and it agrees with the positions.',
    '',
  ])
})

test('what vanished, or is too many, is named with its partition', () => {
  const change = (ledger: Ledger) => {
    ledger.of(0).counted -= 2
    ledger.of(1).filtered += 1
  }
  expect(problemsOf(change)).toEqual([
    'partition 0: 100 read, but counted + filtered + late + rejected + duplicates is 98: 2 vanished',
    'partition 1: 100 read, but counted + filtered + late + rejected + duplicates is 101: 1 too many',
  ])
  expect(textOf(change)).toContain('The ledger does not balance:\n  • partition 0: 100 read, but')
})

test('records that were read twice or passed over are found by the positions', () => {
  const shift = (by: number) => (ledger: Ledger) => {
    ledger.of(1).read += by
    ledger.of(1).counted += by
  }
  expect(problemsOf(shift(3))).toEqual([
    'partition 1: 103 read between offsets 50 and 150: 3 were read twice',
  ])
  expect(problemsOf(shift(-3))).toEqual([
    'partition 1: 97 read between offsets 50 and 150: 3 were passed over',
  ])
})

test('a log with gaps may have offsets without a record: that is a note', () => {
  const { problems, notes } = auditOf(
    facts(
      (ledger) => {
        ledger.of(1).read -= 3
        ledger.of(1).counted -= 3
      },
      { isGapless: false },
    ),
  )
  expect(problems).toEqual([])
  expect(notes).toEqual([
    'partition 1: 3 of the offsets 50 to 149 held no record to read (retention, compaction or transactions)',
  ])
})

test('a log that ends before what was read is another one', () => {
  const ends = new Map([[0, 10]])
  expect(problemsOf(undefined, { ends })[0]).toContain('the log ends at 10: the topic was deleted')
})

test('reasons that do not add up to what was rejected are told', () => {
  expect(problemsOf((ledger) => ledger.addReason('json'))).toEqual([
    'all partitions: 12 rejected, but 13 by reason',
  ])
})

test('who works on the job, and what it may still have to write, is told', () => {
  const { snapshot } = facts()
  const point = { measurement: 'm', tags: {}, fields: { n: 1 }, timeMs: 0 }
  const text = textOf(undefined, {
    holder: 'host, process 9',
    snapshot: { ...snapshot, outbox: { ...EMPTY_OUTBOX, points: [point] } },
  })
  expect(text).toContain('2.5s old; host, process 9 works on the job')
  expect(text).toContain(
    "1 point in the checkpoint's outbox: they are written, or are being written",
  )
})
