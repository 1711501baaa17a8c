import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { comparePoints } from '../../data/point-order.ts'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import { describeWith, influx1ForTests, influx2ForTests } from '../../scripts/services/testing.ts'
import type { InfluxSettings } from '../settings.ts'
import { addUpPoints } from './add-up.ts'
import { describePointsStore } from './conformance.ts'
import { influxPoints } from './influx.ts'
import { ownBucket, removeBucket } from './influx-testing.ts'

const sales = {
  name: 'sales',
  tags: ['category'],
  fields: { orders: 'integer', revenue: 'float' },
} as const
const pointAt = (timeMs: number, fields: Record<string, number> = { orders: 1, revenue: 2 }) => ({
  measurement: 'sales',
  tags: { category: 'books' },
  fields,
  timeMs,
})

describeWith([influx1ForTests()], 'InfluxDB 1.8', (influx) => {
  const settings = ownBucket(influx)
  afterAll(() => removeBucket(settings))
  describePointsStore('points', () => influxPoints(settings))
  describeAnyInflux(settings)

  test('takes a bucket that names its retention policy', async () => {
    const store = influxPoints({ ...settings, bucket: `${settings.bucket}/autogen` })
    await store.write([pointAt(5)], [sales])
    expect(await store.read(sales, { fromMs: 5, toMs: 6 })).toEqual([pointAt(5)])
    await store.close()
  })

  test('a retention policy that is not there is refused, naming INFLUX_BUCKET', async () => {
    const store = influxPoints({ ...settings, bucket: `${settings.bucket}/nope` })
    const error = await store.write([pointAt(5)], [sales]).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain('INFLUX_BUCKET')
    await store.close()
  })
})

describeWith([influx2ForTests()], 'InfluxDB 2.7', (influx) => {
  const settings = ownBucket(influx)
  afterAll(() => removeBucket(settings))
  describePointsStore('points', () => influxPoints(settings))
  describeAnyInflux(settings)

  test.each([
    ['a wrong token', { token: 'wrong' }, 'INFLUX_TOKEN is wrong'],
    ['no token', { token: '' }, 'INFLUX_TOKEN is not set'],
    ['an unknown organisation', { org: 'nobody' }, 'Set INFLUX_ORG'],
    ['a bucket name that is not allowed', { bucket: '_mine' }, 'INFLUX_BUCKET ("_mine")'],
  ])('%s is refused, naming the variable to mend', async (_, wrong, sentence) => {
    const store = influxPoints({ ...settings, ...wrong })
    const error = await store.prepare().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain(sentence)
    expect(String(error)).not.toContain(settings.token)
  })

  test('a bucket that is removed meanwhile is refused, naming INFLUX_BUCKET', async () => {
    const own = ownBucket(influx)
    const store = influxPoints(own)
    await store.prepare()
    await removeBucket(own)
    const error = await store.write([pointAt(5)], [sales]).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain('INFLUX_BUCKET')
    await store.close()
  })
})

function describeAnyInflux(settings: InfluxSettings): void {
  describe('and besides', () => {
    const store = influxPoints(settings)
    beforeAll(() => store.prepare())
    afterAll(() => store.close())

    test('names itself with its generation and bucket', () => {
      expect(store.description).toMatch(/^InfluxDB [12].* http:.*test_/)
    })

    test('a field of another type is refused, naming INFLUX_BUCKET and the field', async () => {
      await store.write([pointAt(0)], [sales])
      const other = { ...sales, fields: { orders: 'float', revenue: 'float' } } as const
      const error = await store.write([pointAt(10)], [other]).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(RefusedError)
      expect(String(error)).toContain('Set INFLUX_BUCKET')
      expect(String(error)).toContain('"orders"')
    })

    test('a tag value longer than InfluxDB takes is cut, and stays different from others', async () => {
      const long = (end: string) => ({
        ...pointAt(20),
        tags: { category: 'x, '.repeat(30_000) + end },
      })
      await store.write([long('a'), long('b')], [sales])
      const read = await store.read(sales, { fromMs: 20, toMs: 21 })
      expect(read).toHaveLength(2)
      for (const { tags } of read) expect(tags.category).toMatch(/^(x, )+x?,? ?…[0-9a-f]{32}$/)
    })

    test('sums are exact to the cent, also where adding floating-point numbers as they are is not', async () => {
      const exact = { ...sales, name: 'exact' }
      const additions = { revenue: { kind: 'sum', decimals: 2 } } as const
      for (const revenue of [0.1, 70_368_744_177_663.12]) {
        const points = Array.from({ length: 1000 }, (_, n) => ({
          ...pointAt(n, { revenue: n % 2 === 0 ? revenue : 0.01 }),
          measurement: 'exact',
        }))
        await store.write(points, [exact])
        const [{ fields }] = await store.addUp(exact, additions, {})
        expect(fields.revenue).toBe(addUpPoints(exact, additions, points)[0].fields.revenue)
      }
    })

    test('tags of any text come back, can be removed one by one, and say nothing to the server', async () => {
      const anyText = fc.string({
        unit: fc.oneof(
          fc.constantFrom(
            ...'\\\n\r\0\t,= "\'/$;#{}[]()|*%_-␀␊␍＼␛…\u0001\u2028\ufeff🛒',
            '\ud83d',
            '\uded2',
          ),
          fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
        ),
        minLength: 1,
        maxLength: 40,
      })
      const tagPairs = fc.uniqueArray(fc.tuple(anyText, anyText), {
        maxLength: 25,
        selector: (pair) => JSON.stringify(pair),
      })
      let run = 0
      await fc.assert(
        fc.asyncProperty(tagPairs, async (pairs) => {
          const any = { name: `any_${run++}`, tags: ['a', 'b'], fields: { n: 'integer' } } as const
          const points = pairs.map(([a, b], n) => ({
            measurement: any.name,
            tags: { a, b },
            fields: { n },
            timeMs: (n % 3) * 1000,
          }))
          await store.write(points, [any], 1)
          const sorted = points.toSorted(comparePoints(any))
          expect(await store.read(any, {})).toEqual(sorted)
          await store.remove(any, { points: sorted.filter((_, n) => n % 2 === 0) })
          expect(await store.read(any, {})).toEqual(sorted.filter((_, n) => n % 2 !== 0))
        }),
        { numRuns: 25 },
      )
    })

    test('a server that is not there is unavailable, naming INFLUX_URL', async () => {
      const nowhere = influxPoints({ ...settings, url: 'http://127.0.0.1:9' })
      const error = await nowhere.prepare().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UnavailableError)
      expect(String(error)).toContain('INFLUX_URL')
    })
  })
}
