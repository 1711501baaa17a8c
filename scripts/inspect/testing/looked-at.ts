// For tests: what the commands that look at a job must tell, with any stores.

import { describe, expect, test } from 'vitest'
import type { CommandName } from '../../../cli/catalog.ts'
import { measurementOf } from '../../../data/definitions/metric.ts'
import { ecommerce } from '../../../data/ecommerce/pipeline.ts'
import { revenueByCategory } from '../../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../../data/ecommerce/small-shop.ts'
import type { Point } from '../../../data/point.ts'
import { openPoints } from '../../../stores/open.ts'
import type { PointsStore } from '../../../stores/points/points-store.ts'
import { storeSettings } from '../../../stores/settings.ts'
import type { Place } from '../../../streaming/testing/place.ts'
import { runToEnd } from '../../testing/programs.ts'

const EVENTS = { seed: 7, count: 12_000, spanMs: 400_000, disorderMs: 4_990 }
const measurement = measurementOf(revenueByCategory)

interface VerifyResult {
  readonly metrics: readonly {
    readonly metric: string
    readonly compared: number
    readonly missing: number
    readonly different: number
    readonly extra: number
    readonly first: readonly {
      readonly kind: string
      readonly expected?: Point
      readonly found?: Point
    }[]
  }[]
}

export function describeLookedAt(title: string, placeOf: () => Promise<Place>): void {
  describe(`a job on ${title}`, () => {
    test('points that were changed, deleted and added are found, all and only they, and mended', async () => {
      const place = await placeOf()
      await place.seed()
      // What the job wrote last it would write again: what is changed below is not of that.
      for (const [from, to] of [
        [0, 6_000],
        [6_000, EVENTS.count],
      ]) {
        await place.produce(place.write(EVENTS, from, to), 4)
        await place.once()
      }
      const run = (name: CommandName, args: readonly string[], code = 0) =>
        runToEnd(name, args, place.environment, code)
      const verify = async (code: number): Promise<VerifyResult> =>
        JSON.parse((await run('verify', ['all', '--json'], code)).out)

      expect((await run('audit', [])).out).toContain('The ledger balances: 12,000 read')
      expect((await run('verify', ['all'])).out).toMatch(
        /^All [\d,]+ points are what the log says, and there are no others\.$/m,
      )
      const tampered = await tamper(place)
      const found = await verify(1)
      expect(found.metrics.map(({ metric }) => metric)).toEqual(
        ecommerce.metrics.map(({ name }) => name),
      )
      for (const { metric, missing, different, extra } of found.metrics) {
        const each = metric === revenueByCategory.name ? 1 : 0
        expect({ metric, missing, different, extra }).toEqual({
          ...{ metric, missing: each, different: each, extra: each },
        })
      }
      const wrong = found.metrics.find(({ metric }) => metric === revenueByCategory.name)
      const first = wrong?.first.map(({ kind, expected, found }) => [
        ...[kind, (expected ?? found)?.timeMs, (expected ?? found)?.tags],
      ])
      expect(first).toEqual(tampered)

      const { out } = await run('verify', ['revenue_by_category', '--repair'])
      expect(out).toContain('Repaired: 2 points written, 1 removed.')
      const { metrics } = await verify(0)
      // Windows of ten seconds; many others are still open.
      for (const { name } of smallShop.metrics)
        expect(metrics.find(({ metric }) => metric === name)?.compared).toBeGreaterThan(100)

      // The job knows of it, and goes on.
      expect((await place.once()).err).toContain('goes on from checkpoint')
      await verify(0)
      await place.expectPointsAsBySql()
    })

    test('that runs is told, and nothing is repaired beside it', async () => {
      const place = await placeOf()
      const none = (name: CommandName, ...args: readonly string[]) =>
        runToEnd(name, args, place.environment, 1)
      for (const { err } of [await none('audit'), await none('why'), await none('verify', 'all')])
        expect(err).toMatch(/Start one: (npx )?windrow stream/)
      await place.seed()
      await place.produce(place.write({ ...EVENTS, count: 2_000, seed: 8 }), 2)
      const job = place.stream()
      await job.until('a checkpoint', () => place.hasCheckpoint())
      const run = (name: CommandName, ...args: readonly string[]) =>
        runToEnd(name, args, place.environment)
      expect((await run('why')).out).toMatch(/checkpoint \d+, .* old; .* works on the job/)
      expect((await run('audit')).out).toMatch(/The ledger balances: [1-9]/)
      expect((await run('verify', 'all')).out).toContain('points are what the log says')
      const { err } = await none('verify', 'all', '--repair')
      expect(err).toMatch(/works on this job: it must be stopped while points are repaired\.\n/)
      expect((await job.stop('SIGTERM')).code).toBe(0)
      expect((await run('why')).out).toMatch(
        /the job does not run: start it with (npx )?windrow stream/,
      )
      const { err: misspelt } = await runToEnd(
        ...(['why', ['revenue_by_categry'], place.environment, 2] as const),
      )
      expect(misspelt).toContain('did you mean "revenue_by_category"?')
    })
  })
}

/** One of each kind; answers them by time. */
async function tamper(place: Place): Promise<unknown[]> {
  const checked = storeSettings(place.environment)
  if (!('value' in checked)) throw new Error(JSON.stringify(checked.problems))
  const store: PointsStore = await openPoints(checked.value)
  try {
    await store.prepare()
    const points = await store.read(measurement, {})
    const [deleted, changed, beside] = [points[5], points[60], points[100]]
    const added = { ...beside, tags: { ...beside.tags, category: 'by, hand' } }
    await store.remove(measurement, { points: [deleted] })
    const fields = { ...changed.fields, orders: changed.fields.orders + 1 }
    await store.write([{ ...changed, fields }, added], [measurement])
    return [
      ['missing', deleted],
      ['different', changed],
      ['extra', added],
    ].map(([kind, point]) => [kind, (point as Point).timeMs, (point as Point).tags])
  } finally {
    await store.close()
  }
}
