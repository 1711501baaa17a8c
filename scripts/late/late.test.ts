import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationMs } from '../../kit/duration.ts'
import type { KeptRecord } from '../../stores/dead-letters/dead-letters.ts'
import { Lateness } from './lateness.ts'
import { latenessText } from './text.ts'

const late = (lateByMs: number | undefined, partition = 0, offset = 0): KeptRecord => ({
  ...{ topic: 't', partition, offset, reason: 'late', field: '', detail: '' },
  ...{ setAsideMs: 0, isCut: false, value: Buffer.from('{"event_id":"e1"}') },
  ...(lateByMs === undefined ? {} : { lateByMs }),
})
const latenessOf = (records: readonly KeptRecord[], latestMax = 5): Lateness => {
  const lateness = new Lateness(latestMax)
  for (const record of records) lateness.add(record)
  return lateness
}

describe('late events', () => {
  test('are counted in the first column they fit in', () => {
    const some = [0, 1_000, 1_001, 60_000, 300_000, 3_600_000, 86_400_000, 86_400_001, 9e9]
    expect(latenessOf(some.map((ms) => late(ms))).all).toEqual({
      counts: [2, 1, 1, 1, 1, 1, 2],
      total: 9,
      unknown: 0,
      latestMs: 9e9,
    })
  })

  test('are all counted, in their partition and in all; the latest are kept, the latest first', () => {
    const record = fc.record({
      lateByMs: fc.option(fc.nat(1e9), { nil: undefined }),
      partition: fc.nat(3),
    })
    const property = fc.property(fc.array(record), fc.nat(6), (some, latestMax) => {
      const lateness = latenessOf(
        some.map(({ lateByMs, partition }) => late(lateByMs, partition)),
        latestMax,
      )
      const known = some.flatMap(({ lateByMs }) => lateByMs ?? []).sort((a, b) => b - a)
      const { all, partitions, latest } = lateness
      expect(latest.map(({ lateByMs }) => lateByMs)).toEqual(known.slice(0, latestMax))
      expect(all.unknown).toBe(some.length - known.length)
      for (const row of [all, ...partitions.map(([, own]) => own)])
        expect(row.counts.reduce((sum, count) => sum + count, row.unknown)).toBe(row.total)
      expect(partitions.reduce((sum, [, { total }]) => sum + total, 0)).toBe(some.length)
      expect(lateness.quantileMs(1)).toBe(known[0])
    })
    fc.assert(property)
  })

  test('are shown by partition, with the latest and with what to do', () => {
    const some = [late(500), late(12_000, 1, 7), late(90_000, 1, 8)]
    const text = [...latenessText(latenessOf(some, 2))].join('')
    expect(text.split('\n').slice(0, 11)).toEqual([
      'partition  ≤ 1s  ≤ 10s  ≤ 1m  ≤ 5m  ≤ 1h  ≤ 1d  more  latest  late',
      '─────────  ────  ─────  ────  ────  ────  ────  ────  ──────  ────',
      '0             1      ·     ·     ·     ·     ·     ·   500ms     1',
      '1             ·      ·     1     1     ·     ·     ·    1.5m     2',
      'all           1      ·     1     1     ·     ·     ·    1.5m     3',
      '',
      'The latest:',
      'place  late by  event',
      '─────  ───────  ─────────────────',
      '1/8    1.5m     {"event_id":"e1"}',
      '1/7    12s      {"event_id":"e1"}',
    ])
    expect(text).toContain('95 % of them are late by 1.5m at most')
  })

  test('are late by no more than is written', () => {
    const written = (ms: number) =>
      / all by (\S+) at most/.exec([...latenessText(latenessOf([late(ms)]))].join(''))?.[1] ?? ''
    expect([0, 1, 12_001, 60_001, 3_600_001, 86_400_001].map(written)).toEqual([
      '0ms',
      '1s',
      '13s',
      '1.1m',
      '1.1h',
      '1.1d',
    ])
    fc.assert(fc.property(fc.nat(1e9), (ms) => durationMs(written(ms)) >= ms))
  })

  test('whose lateness an earlier version did not note are told apart', () => {
    const text = [...latenessText(latenessOf([late(undefined), late(5)]))].join('')
    expect(text).toContain('more  unknown  latest  late\n')
    expect(text).toMatch(/^0 +1 .* 1 +5ms +2$/m)
    expect([...latenessText(latenessOf([late(undefined)]))].join('')).not.toContain('95 %')
  })
})
