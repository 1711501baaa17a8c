// What every points store must do. Each adapter's test runs this.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { comparePoints } from '../../data/point-order.ts'
import { RefusedError } from '../../kit/errors.ts'
import { addUpPoints } from './add-up.ts'
import type { PointsStore } from './points-store.ts'

const T0 = Date.UTC(2026, 0, 31, 12)

/** Tag values that stores stumble over; each must come back as it was. */
export const AWKWARD_TAGS = [
  'a b',
  ' leads and trails ',
  'a,b',
  'a=b',
  '"double"',
  "it's",
  'ends in \\',
  'C:\\temp',
  'a\\,b\\ c\\=d',
  '\\\\',
  'two\nlines',
  'carriage\rreturn',
  'a\ttab',
  'nul\0nul',
  '\u0001\u007f',
  '#no comment',
  'ümläut',
  '漢字',
  '🛒',
  '\uFFFD',
  '\uFEFF',
  '␊',
  '␛␊',
  '＼',
  '\\n',
  "'; DROP TABLE x; --",
  'null',
  'half a character \ud83d',
  '\udc00',
  '\udc00 \ud83d',
  'ud83d',
  '␛ud83d',
  "' OR 1=1 --",
  '"; DROP MEASUREMENT "sales',
  '/.*/',
  '$timeFilter',
  'x'.repeat(10_000),
]

/** What one kind of store cannot do; it is then refused with what to do instead. */
export interface Limits {
  /** A point cannot be removed, nor a measurement get a tag that it was not first written with. */
  readonly appendsOnly?: true
}

/** `open` gives another connection to the same store at each call. */
export function describePointsStore(
  title: string,
  open: () => PointsStore,
  { appendsOnly }: Limits = {},
): void {
  describe(title, () => {
    let store: PointsStore

    let identityBefore = ''
    beforeAll(async () => {
      store = open()
      identityBefore = store.identity
      await store.prepare()
    })

    test('is the same store before it was reached and after, and on another connection', async () => {
      expect(store.identity).toBe(identityBefore)
      const other = open()
      expect(other.identity).toBe(identityBefore)
      await other.close()
    })
    afterAll(async () => {
      await store.close()
    })

    test('says what it is', () => {
      expect(store.description).not.toBe('')
    })

    test('prepares again without harm', async () => {
      await store.prepare()
      const other = open()
      await other.prepare()
      await other.close()
    })

    test('a measurement that was never written has no points', async () => {
      expect(await store.read(salesMeasurement(), {})).toEqual([])
    })

    test('an empty batch is written', async () => {
      const sales = salesMeasurement()
      await store.write([], [sales])
      expect(await store.read(sales, {})).toEqual([])
    })

    test('tells whether it could be written to, and writes nothing', async () => {
      await store.tryWrite()
      const probe = { name: 'windrow_check', tags: [], fields: { value: 'float' } } as const
      expect(await store.read(probe, {})).toEqual([])
    })

    test('a point comes back as it was, also over another connection', async () => {
      const sales = salesMeasurement()
      const point = sale(sales, T0, 'books', 'DE', { orders: 3, revenue: 59.97 })
      await store.write([point], [sales])
      expect(await store.read(sales, {})).toEqual([point])
      const other = open()
      expect(await other.read(sales, {})).toEqual([point])
      await other.close()
    })

    test('10,000 points come back, ordered by time, then tags', async () => {
      const sales = salesMeasurement()
      const points = Array.from({ length: 10_000 }, (_, n) =>
        sale(
          sales,
          T0 + Math.floor(n / 100) * 10_000,
          `category ${n % 20}`,
          `C${((n % 100) / 20) | 0}`,
          {
            orders: n,
            revenue: n / 100,
          },
        ),
      )
      await store.write(points.toReversed(), [sales])
      expect(await store.read(sales, {})).toEqual(points.toSorted(comparePoints(sales)))
    })

    test('writing the same twice changes nothing', async () => {
      const sales = salesMeasurement()
      const points = ['books', 'toys'].map((category) =>
        sale(sales, T0, category, 'DE', { orders: 1, revenue: 0.1 }),
      )
      await store.write(points, [sales])
      await store.write(points.toReversed(), [sales])
      expect(await store.read(sales, {})).toEqual(points)
    })

    test('a higher version replaces; a version written again changes nothing', async () => {
      const sales = salesMeasurement()
      const versions = [1, 2, 3, 12, 999_999_999].map((version) => ({
        version,
        point: sale(sales, T0, 'books', 'DE', { orders: version, revenue: version / 2 }),
      }))
      const other = sale(sales, T0, 'books', 'FR', { orders: 1, revenue: 1 })
      await store.write([other, versions[0].point], [sales], 1)
      for (const { version, point } of versions) {
        await store.write([point], [sales], version)
        await store.write([point], [sales], version)
        expect(await store.read(sales, {})).toEqual([point, other])
        expect(await store.read(sales, { fromMs: T0, toMs: T0 + 1000 })).toEqual([point, other])
        expect(await store.read(sales, { fromMs: T0 + 1000 })).toEqual([])
      }
    })

    test('of equal identities in one call the last wins', async () => {
      const sales = salesMeasurement()
      const versions = [1, 2, 3].map((orders) =>
        sale(sales, T0, 'books', 'DE', { orders, revenue: orders }),
      )
      await store.write(versions, [sales])
      expect(await store.read(sales, {})).toEqual([versions[2]])
    })

    test('several measurements in one call stay apart', async () => {
      const [sales, returns] = [salesMeasurement(), salesMeasurement()]
      const sold = sale(sales, T0, 'books', 'DE', { orders: 1, revenue: 5 })
      const returned = sale(returns, T0, 'books', 'DE', { orders: 9, revenue: 1 })
      await store.write([sold, returned], [sales, returns])
      expect(await store.read(sales, {})).toEqual([sold])
      expect(await store.read(returns, {})).toEqual([returned])
    })

    test('tags of any text come back as they were', async () => {
      const sales = salesMeasurement()
      const points = AWKWARD_TAGS.map((text) =>
        sale(sales, T0, text, text, { orders: text.length, revenue: 0.5 }),
      )
      await store.write(points, [sales])
      expect(await store.read(sales, {})).toEqual(points.toSorted(comparePoints(sales)))
    })

    test('negative, zero and large numbers; whole floats; absent fields', async () => {
      const sales = salesMeasurement()
      const values = [
        { orders: -7, revenue: -0.01 },
        { orders: 0, revenue: 0 },
        { orders: Number.MAX_SAFE_INTEGER, revenue: 123_456_789.12 },
        { orders: 2 ** 31, revenue: 3 },
        { orders: 1, revenue: 1 / 3 },
        { orders: 5 },
        { revenue: 1e-7 },
      ]
      const points = values.map((fields, n) => sale(sales, T0 + n * 1000, 'x', 'y', fields))
      await store.write(points, [sales])
      expect(await store.read(sales, {})).toEqual(points)
    })

    test('points out of order in time, and before 1970', async () => {
      const sales = salesMeasurement()
      const times = [T0, 0, -10_000, T0 - 10_000, T0 + 10_000]
      for (const timeMs of times)
        await store.write([sale(sales, timeMs, 'x', 'y', { orders: 1, revenue: 1 })], [sales])
      const read = await store.read(sales, {})
      expect(read.map((point) => point.timeMs)).toEqual(times.toSorted((a, b) => a - b))
    })

    test('a range includes its start and excludes its end', async () => {
      const sales = salesMeasurement()
      const points = [0, 1, 2, 3].map((n) =>
        sale(sales, T0 + n * 1000, 'x', 'y', { orders: n, revenue: n }),
      )
      await store.write(points, [sales])
      const orders = async (fromMs?: number, toMs?: number) => {
        const query = {
          ...(fromMs === undefined ? {} : { fromMs }),
          ...(toMs === undefined ? {} : { toMs }),
        }
        return (await store.read(sales, query)).map((point) => point.fields.orders)
      }
      expect(await orders(T0 + 1000, T0 + 3000)).toEqual([1, 2])
      expect(await orders(T0 + 1, T0 + 2001)).toEqual([1, 2])
      expect(await orders(T0 + 2000)).toEqual([2, 3])
      expect(await orders(undefined, T0 + 1000)).toEqual([0])
      expect(await orders(-Infinity, Infinity)).toEqual([0, 1, 2, 3])
      expect(await orders(T0 + 4000, T0 + 9000)).toEqual([])
      expect(await orders(T0 + 2000, T0 + 2000)).toEqual([])
    })

    test('adds up what reading would tell, over any stretch and tags', async () => {
      const amount = fc.option(fc.integer({ min: -99_999_999, max: 99_999_999 }), {
        nil: undefined,
      })
      const points = fc.array(
        fc.tuple(
          fc.nat(40),
          fc.constantFrom('books', 'a b', "it's\n"),
          fc.constantFrom('DE', 'FR'),
          amount,
          amount,
        ),
        { maxLength: 60 },
      )
      const additions = fc.constantFrom<Additions>(
        { orders: { kind: 'sum', decimals: 0 }, revenue: { kind: 'sum', decimals: 2 } },
        { orders: { kind: 'max' }, revenue: { kind: 'min' } },
        { revenue: { kind: 'max' } },
        {},
      )
      const bound = fc.option(fc.nat(40), { nil: undefined })
      const tags = fc.constantFrom([], ['country'], ['category', 'country'])
      const asks = fc.array(fc.record({ additions, tags, from: bound, to: bound }), {
        minLength: 6,
        maxLength: 6,
      })
      await fc.assert(
        fc.asyncProperty(points, asks, async (all, some) => {
          const sales = salesMeasurement()
          const written = all.map(([n, category, country, orders, cents]) =>
            sale(sales, T0 + n * 1000, category, country, {
              ...(orders === undefined ? {} : { orders }),
              ...(cents === undefined ? {} : { revenue: cents / 100 }),
            }),
          )
          await store.write(written, [sales], 1)
          // Read once and cut here: that a stretch is read as it should be, the test above holds.
          const read = await store.read(sales, {})
          const answers = some.map(async ({ additions, tags, from, to }) => {
            const narrow = { ...sales, tags }
            const query = {
              ...(from === undefined ? {} : { fromMs: T0 + from * 1000 }),
              ...(to === undefined ? {} : { toMs: T0 + to * 1000 }),
            }
            const { fromMs = -Infinity, toMs = Infinity } = query
            const inside = read.filter(({ timeMs }) => fromMs <= timeMs && timeMs < toMs)
            const inOrder = comparePoints(narrow)
            expect((await store.addUp(narrow, additions, query)).sort(inOrder)).toEqual(
              addUpPoints(narrow, additions, inside).sort(inOrder),
            )
          })
          await Promise.all(answers)
        }),
        { numRuns: 8 },
      )
    })

    test('points that differ in a tag that is not asked for were taken for versions of one', async () => {
      const sales = salesMeasurement()
      const points = ['DE', 'FR'].flatMap((country) =>
        ['books', 'toys'].map((category) =>
          sale(sales, T0, category, country, { orders: 1, revenue: 0.01 }),
        ),
      )
      await store.write(points, [sales], 1)
      await store.write(points.slice(0, 1), [sales], 2)
      const additions = { orders: { kind: 'sum', decimals: 0 } } as const
      const all = { measurement: sales.name, tags: {}, fields: { orders: 4 }, timeMs: T0 }
      expect(await store.addUp({ ...sales, tags: [] }, additions, {})).toEqual([all])
      const books = { ...all, tags: { category: 'books' }, fields: { orders: 2 } }
      const toys = { ...books, tags: { category: 'toys' } }
      const narrow = { ...sales, tags: ['category'] }
      const some = await store.addUp(narrow, additions, {})
      expect(some.sort(comparePoints(narrow))).toEqual([books, toys])
    })

    test('adds up a tag and a field that older points do not have, and nothing that was never written', async () => {
      const sales = salesMeasurement()
      expect(await store.addUp(sales, {}, {})).toEqual([])
      expect(await store.addUp({ ...sales, tags: [] }, {}, {})).toEqual([])
      await store.write([sale(sales, T0, 'x', 'y', { orders: 1, revenue: 0.1 })], [sales])
      const wider: Measurement = {
        name: sales.name,
        tags: ['category', 'city'],
        fields: { ...sales.fields, items: 'integer' },
      }
      const additions = { orders: { kind: 'sum', decimals: 0 }, items: { kind: 'max' } } as const
      expect(await store.addUp(wider, additions, {})).toEqual([
        {
          measurement: sales.name,
          tags: { category: 'x', city: 'unknown' },
          fields: { orders: 1 },
          timeMs: T0,
        },
      ])
    })

    test('a new field is absent in older points', async () => {
      const sales = salesMeasurement()
      const old = sale(sales, T0, 'x', 'y', { orders: 1, revenue: 1 })
      await store.write([old], [sales])
      const wider = { ...sales, fields: { ...sales.fields, items: 'integer' } } as const
      const fresh = sale(sales, T0 + 1000, 'x', 'y', { orders: 2, revenue: 2, items: 3 })
      await store.write([fresh], [wider])
      expect(await store.read(wider, {})).toEqual([old, fresh])
    })

    test.runIf(appendsOnly)('a new tag and a removal are refused with what to do', async () => {
      const sales = salesMeasurement()
      const old = sale(sales, T0, 'x', 'y', { orders: 1, revenue: 1 })
      await store.write([old], [sales])
      const wider: Measurement = { ...sales, tags: [...sales.tags, 'city'] }
      const fresh = { ...old, tags: { ...old.tags, city: 'Köln' } }
      for (const refused of [
        () => store.write([fresh], [wider], 2),
        () => store.remove(sales, { fromMs: T0, toMs: T0 + 1000 }),
        () => store.remove(sales, { points: [old] }),
      ]) {
        const error = await refused().catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(RefusedError)
        expect(String(error)).toContain(sales.name)
        expect(String(error)).toContain('another name')
      }
      expect(await store.read(sales, {})).toEqual([old])
    })

    test.skipIf(appendsOnly)('a new tag is unknown in older points', async () => {
      const sales = salesMeasurement()
      const old = sale(sales, T0, 'x', 'y', { orders: 1, revenue: 1 })
      await store.write([old], [sales])
      const wider: Measurement = { ...sales, tags: [...sales.tags, 'city'] }
      const fresh = { ...old, tags: { ...old.tags, city: 'Köln' } }
      await store.write([fresh], [wider])
      expect(await store.read(wider, {})).toEqual(
        [{ ...old, tags: { ...old.tags, city: 'unknown' } }, fresh].toSorted(comparePoints(wider)),
      )
    })

    test('two writers at once lose nothing', async () => {
      const sales = salesMeasurement()
      const others = [open(), open()]
      await Promise.all(
        others.map((other, writer) =>
          other.write(
            Array.from({ length: 500 }, (_, n) =>
              sale(sales, T0 + n * 1000, `writer ${writer}`, 'y', { orders: n, revenue: n }),
            ),
            [sales],
          ),
        ),
      )
      await Promise.all(others.map((other) => other.close()))
      expect(await store.read(sales, {})).toHaveLength(1000)
    })

    describe.skipIf(appendsOnly)('removing', () => {
      const table = (sales: Measurement) =>
        [0, 1, 2].flatMap((window) =>
          AWKWARD_TAGS.map((text) =>
            sale(sales, T0 + window * 1000, text, 'DE', { orders: window, revenue: 1 }),
          ),
        )

      test('takes all points of a stretch, of this measurement only', async () => {
        const [sales, returns] = [salesMeasurement(), salesMeasurement()]
        const points = table(sales)
        const returned = sale(returns, T0 + 1000, 'books', 'DE', { orders: 9, revenue: 1 })
        await store.write([...points, returned], [sales, returns])
        await store.remove(sales, { fromMs: T0 + 1000, toMs: T0 + 2000 })
        const left = points.filter(({ timeMs }) => timeMs !== T0 + 1000)
        expect(await store.read(sales, {})).toEqual(left.toSorted(comparePoints(sales)))
        expect(await store.read(returns, {})).toEqual([returned])
        await store.remove(sales, { fromMs: -Infinity, toMs: Infinity })
        expect(await store.read(sales, {})).toEqual([])
        await store.write(points, [sales])
        expect(await store.read(sales, {})).toHaveLength(points.length)
      })

      test('takes the points that are named, whatever their tags, and no other', async () => {
        const sales = salesMeasurement()
        const points = table(sales)
        await store.write(points, [sales])
        const isOut = (_: Point, n: number) => n % 2 === 0
        await store.remove(sales, { points: points.filter(isOut) })
        await store.remove(sales, { points: points.filter(isOut) })
        const left = points.filter((point, n) => !isOut(point, n))
        expect(await store.read(sales, {})).toEqual(left.toSorted(comparePoints(sales)))
        await store.remove(sales, { points: left })
        expect(await store.read(sales, {})).toEqual([])
      })

      test('what is not there is no error', async () => {
        const sales = salesMeasurement()
        await store.remove(sales, { fromMs: T0, toMs: T0 + 1000 })
        await store.remove(sales, { points: [sale(sales, T0, 'x', 'y', {})] })
        await store.remove(sales, { points: [] })
        expect(await store.read(sales, {})).toEqual([])
      })

      test('finds a point that was written before its measurement had a tag', async () => {
        const sales = salesMeasurement()
        const old = sale(sales, T0, 'x', 'y', { orders: 1, revenue: 1 })
        await store.write([old], [sales])
        const wider: Measurement = { ...sales, tags: [...sales.tags, 'city'] }
        const fresh = { ...old, tags: { ...old.tags, city: 'Köln' } }
        await store.write([fresh], [wider])
        await store.remove(wider, { points: [{ ...old, tags: { ...old.tags, city: 'unknown' } }] })
        expect(await store.read(wider, {})).toEqual([fresh])
      })
    })

    test('a point without its measurement is a bug that says so', async () => {
      const [sales, returns] = [salesMeasurement(), salesMeasurement()]
      const point = sale(returns, T0, 'x', 'y', { orders: 1, revenue: 1 })
      await expect(store.write([point], [sales])).rejects.toThrow(/without its measurement/)
    })
  })
}

/** A measurement nobody else writes to. */
function salesMeasurement(): Measurement {
  return {
    name: `sales_${randomUUID().slice(0, 8)}`,
    tags: ['category', 'country'],
    fields: { orders: 'integer', revenue: 'float' },
  }
}

function sale(
  measurement: Measurement,
  timeMs: number,
  category: string,
  country: string,
  fields: Point['fields'],
): Point {
  return { measurement: measurement.name, tags: { category, country }, fields, timeMs }
}
