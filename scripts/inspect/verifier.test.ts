import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measurementOf } from '../../data/definitions/metric.ts'
import { eventsBySegment } from '../../data/ecommerce/events-by-segment.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import type { Point } from '../../data/point.ts'
import { memoryPoints } from '../../stores/points/memory.ts'
import { BASE_MS, stored } from '../../streaming/testing/events.ts'
import { pointOf } from './differences.ts'
import { Verifier, type VerifierOptions } from './verifier.ts'
import { verifyText } from './verify-text.ts'

const SIZE_MS = 10_000
const measurement = measurementOf(revenueByCategory)
const { allowedLatenessMs } = revenueByCategory
const WHOLE = Number.NEGATIVE_INFINITY

const pointAt = (window: number, group: number, orders = 1): Point => ({
  measurement: revenueByCategory.name,
  tags: { category: `c${group}`, country: 'DE' },
  fields: { revenue: orders * 9.99, orders, items: orders, average_order_value: 9.99, revision: 0 },
  timeMs: BASE_MS + window * SIZE_MS,
})

/** The watermark by which windows up to this one can change no more. */
const finalThrough = (window: number) => BASE_MS + (window + 1) * SIZE_MS + allowedLatenessMs

async function verified(
  inStore: readonly Point[],
  computed: readonly Point[],
  watermarkMs: number,
  more: Partial<VerifierOptions> & { readonly wholeFromMs?: number } = {},
) {
  const store = memoryPoints()
  await store.write(inStore, [measurement])
  const { wholeFromMs = WHOLE, ...options } = more
  const range = { fromMs: WHOLE, toMs: Number.POSITIVE_INFINITY }
  const verifier = new Verifier({
    ...{ metric: revenueByCategory, range, points: store, outbox: [] },
    repair: async (_, differences) => {
      for (const one of differences)
        if (one.kind === 'extra') await store.remove(measurement, { points: [one.found] })
        else await store.write([one.expected], [measurement])
    },
    ...options,
  })
  const atOnce = Math.ceil(computed.length / 200)
  for (let from = 0; from < computed.length; from += atOnce) {
    verifier.add(computed.slice(from, from + atOnce))
    await verifier.compare({ watermarkMs: computed[from].timeMs, wholeFromMs }, false)
  }
  await verifier.compare({ watermarkMs, wholeFromMs }, true)
  return { verifier, left: await store.read(measurement, {}) }
}

describe('points of the store and of the log', () => {
  test('differ where they were made to, and nowhere else; once repaired they are the same', async () => {
    const group = fc.record({
      window: fc.nat(8),
      group: fc.nat(3),
      fate: fc.constantFrom('kept', 'kept', 'deleted', 'changed', 'added'),
    })
    const groups = fc.uniqueArray(group, {
      maxLength: 30,
      selector: ({ window, group: own }) => `${window} ${own}`,
    })
    const property = fc.asyncProperty(groups, fc.nat(9), async (all, through) => {
      const of = (...fates: string[]) => all.filter(({ fate }) => fates.includes(fate))
      const computed = of('kept', 'deleted', 'changed').map((one) => pointAt(one.window, one.group))
      const inStore = [
        ...of('kept', 'added').map((one) => pointAt(one.window, one.group)),
        ...of('changed').map((one) => pointAt(one.window, one.group, 2)),
      ]
      const sorted = computed.sort((a, b) => a.timeMs - b.timeMs)
      const range = { fromMs: BASE_MS, toMs: Number.POSITIVE_INFINITY }
      const { verifier, left } = await verified(inStore, sorted, finalThrough(through), { range })
      const isFinal = ({ window }: { window: number }) => window <= through
      const counts = {
        missing: of('deleted').filter(isFinal).length,
        different: of('changed').filter(isFinal).length,
        extra: of('added').filter(isFinal).length,
      }
      expect(verifier.counts).toEqual(counts)
      expect(verifier.compared).toBe(of('kept', 'deleted', 'changed').filter(isFinal).length)
      const times = verifier.shown.map((one) => pointOf(one).timeMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      const toMs = BASE_MS + (through + 1) * SIZE_MS
      const early = (points: readonly Point[]) =>
        stored(points.filter(({ timeMs }) => timeMs < toMs))
      expect(early(left)).toEqual(early(sorted))
      // What is not final is left alone.
      const later = (points: readonly Point[]) =>
        stored(points.filter(({ timeMs }) => timeMs >= toMs))
      expect(later(left)).toEqual(later(inStore))
    })
    await fc.assert(property)
  })

  test('are compared by the last correction', async () => {
    const corrected = pointAt(0, 0, 2)
    const { verifier } = await verified([corrected], [pointAt(0, 0), corrected], finalThrough(0))
    expect(verifier.counts).toEqual({ missing: 0, different: 0, extra: 0 })
  })

  test('are left alone where they are older than the log, as those of a log before it', async () => {
    const [old, first, next] = [pointAt(0, 0), pointAt(1, 0), pointAt(2, 0)]
    const inStore = [old, first, next, pointAt(2, 1)]
    const { verifier, left } = await verified(inStore, [first, next], finalThrough(2))
    expect(verifier.counts).toEqual({ missing: 0, different: 0, extra: 1 })
    expect(verifier.older).toBe(1)
    expect(left).toEqual([old, first, next])
    const text = [...verifyText([verifier], undefined)].join('')
    expect(text).toContain('1 point older than the log: left alone')
  })

  test('are compared piece by piece: memory is bounded by a few windows', async () => {
    const computed = Array.from({ length: 2_000 }, (_, n) =>
      [0, 1, 2].map((group) => pointAt(n, group)),
    ).flat()
    const reads: number[] = []
    const store = memoryPoints()
    await store.write(computed, [measurement])
    const points = {
      read: async (...args: Parameters<typeof store.read>) => {
        const found = await store.read(...args)
        reads.push(found.length)
        return found
      },
    }
    const { verifier } = await verified([], computed, finalThrough(2_000), { points })
    expect(verifier.compared).toBe(6_000)
    expect(verifier.differences).toBe(0)
    expect(reads.length).toBeGreaterThan(1)
    expect(Math.max(...reads)).toBeLessThan(5_100)
  })

  test('outside the range, or where the log is cut, are left out', async () => {
    const computed = [0, 1, 2, 3, 4].map((window) => pointAt(window, 0))
    const range = { fromMs: BASE_MS + 2 * SIZE_MS, toMs: BASE_MS + 4 * SIZE_MS }
    const some = await verified([], computed, finalThrough(9), { range })
    expect(some.verifier.counts.missing).toBe(2)
    expect(some.verifier.range).toEqual(range)
    const wholeFromMs = BASE_MS + 25_000
    const cut = await verified([], computed, finalThrough(9), { wholeFromMs })
    expect(cut.verifier.counts.missing).toBe(2)
    expect([...verifyText([cut.verifier], undefined)].join('')).toContain(
      'Points before 2026-01-31T12:00:25Z of revenue_by_category are left out',
    )
  })

  test('that wait in the outbox are not missing', async () => {
    const computed = [pointAt(0, 0), pointAt(0, 1), pointAt(0, 2)]
    const outbox = [pointAt(0, 0), pointAt(0, 1, 2)]
    const { verifier } = await verified([pointAt(0, 2)], computed, finalThrough(0), { outbox })
    expect(verifier.waiting).toBe(1)
    expect(verifier.counts).toEqual({ missing: 1, different: 0, extra: 0 })
  })

  test('are told with what differs', async () => {
    const none = new Verifier({
      metric: eventsBySegment,
      range: { fromMs: WHOLE, toMs: 0 },
      points: memoryPoints(),
      outbox: [],
    })
    const nobody = async () => {}
    const inStore = [pointAt(0, 1, 3), pointAt(1, 2)]
    const computed = [pointAt(0, 0), pointAt(0, 1)]
    const { verifier } = await verified(inStore, computed, finalThrough(5), { repair: nobody })
    expect([...verifyText([verifier, none], undefined)].join('').split('\n')).toEqual([
      'metric               windows from   to                    compared  missing  different  extra',
      '───────────────────  ─────────────  ────────────────────  ────────  ───────  ─────────  ─────',
      'revenue_by_category  the beginning  2026-01-31T12:01:00Z         2        1          1      1',
      'events_by_segment    none           –                            0        0          0      0',
      '',
      'revenue_by_category:',
      '  2026-01-31T12:00:00Z category=c0 country=DE: missing; the log says revenue 9.99, orders 1, items 1, average_order_value 9.99, revision 0',
      '  2026-01-31T12:00:00Z category=c1 country=DE: revenue is 29.97, the log says 9.99; orders is 3, the log says 1; items is 3, the log says 1',
      '  2026-01-31T12:00:10Z category=c2 country=DE: extra, not in the log: revenue 9.99, orders 1, items 1, average_order_value 9.99, revision 0',
      '',
      '3 points of the store and the log differ. --repair makes the store as the log says.',
      'Users whose demographics were changed since then are counted under other tags now, and would be after a repair.',
      '',
    ])
  })
})
