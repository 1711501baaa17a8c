import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { eventSchema } from '../../data/events.generated.ts'
import { type Log, silentLog } from '../../kit/log.ts'
import { collect, temporaryFolder } from '../testing.ts'
import { parseMapping } from './mapping.ts'
import { Rejections } from './rejections.ts'
import { sortedByTime } from './sorted-runs.ts'
import { isOutOfOrder, quickTimeReader, surveyTimes } from './survey.ts'
import { compileTimeFormat, type TimeReader } from './time-format.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

async function* groups<T>(items: readonly T[], size = 3): AsyncGenerator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size)
}

describe('surveyTimes', () => {
  it('counts rows more than 5 s behind the latest before them', async () => {
    const times = [10_000, 5000, 4999, 20_000, Number.NaN, 10_000, 21_000]
    expect(await surveyTimes(groups(times))).toEqual({ rows: 7, behind: 2 })
  })

  it('takes a file for out of order when more than a quarter is behind', () => {
    expect(isOutOfOrder({ rows: 100, behind: 25 })).toBe(false)
    expect(isOutOfOrder({ rows: 100, behind: 26 })).toBe(true)
    expect(isOutOfOrder({ rows: 0, behind: 0 })).toBe(false)
  })

  it('quickTimeReader finds the time that parsing finds', () => {
    const mapping = parseMapping(eventSchema, [], []).mapping
    const quickTime = quickTimeReader({ schema: eventSchema, mapping })
    const read = (value: unknown, indent?: number) =>
      quickTime({ position: 1, raw: Buffer.from(JSON.stringify(value, null, indent)) })
    fc.assert(
      fc.property(fc.nat(4e12), fc.string(), fc.nat(2), (event_time, page, indent) => {
        expect(read({ page, event_time, user_id: page }, indent)).toBe(event_time)
      }),
    )
    expect(read({ event_time: '2026-01-31T12:00:00Z' })).toBe(Date.UTC(2026, 0, 31, 12))
    expect(read({ event_time: null })).toBeNaN()
    expect(read({ at: 5 })).toBeNaN()
  })

  it('quickTimeReader reads foreign columns and times', () => {
    const { mapping } = parseMapping(eventSchema, ['event_time=at'], [])
    const timeReader = compileTimeFormat('epoch_s') as TimeReader
    const foreign = { schema: eventSchema, mapping, timeReader }
    const raw = Buffer.from('{"at": "17", "event_time": 5}')
    expect(quickTimeReader(foreign)({ position: 1, raw })).toBe(17_000)
    const inCsv = quickTimeReader({ ...foreign, columns: ['who', 'at'] })
    expect(inCsv({ position: 1, raw, cells: ['u', '18'] })).toBe(18_000)
    expect(inCsv({ position: 1, raw, fault: 'broken' })).toBeNaN()
  })
})

describe('sortedByTime', () => {
  const recordOf = (timeMs: number, n: number) => ({
    timeMs,
    key: `user-${n}-ü`,
    value: Buffer.from(`value ${n}`),
  })

  it('sorts by time, equal times in their order, in memory and through files alike', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 400 }),
        async (times, runBytes) => {
          const records = times.map(recordOf)
          const expected = [...records].sort((a, b) => a.timeMs - b.timeMs)
          const sorted = await collect(sortedByTime(groups(records), folder.path, runBytes))
          expect(sorted.map(({ key, value, timeMs }) => [key, String(value), timeMs])).toEqual(
            expected.map(({ key, value, timeMs }) => [key, String(value), timeMs]),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps records without time beside the one before them', async () => {
    const records = [recordOf(5, 1), recordOf(Number.NaN, 2), recordOf(3, 3)]
    const sorted = await collect(sortedByTime(groups(records), folder.path))
    expect(sorted.map((record) => record.key)).toEqual(['user-3-ü', 'user-1-ü', 'user-2-ü'])
  })

  it('leaves nothing behind, also when it is given up half-way', async () => {
    const records = Array.from({ length: 100 }, (_, n) => recordOf(n, n))
    for await (const some of sortedByTime(groups(records), folder.path, 100)) {
      expect(some.length).toBeGreaterThan(0)
      break
    }
    expect(readdirSync(folder.path)).toEqual([])
  })
})

describe('Rejections', () => {
  const rejection = (position: number) => ({
    position,
    field: 'quantity',
    reason: position % 2 === 0 ? 'range' : 'missing',
    detail: `quantity: wrong ${position}`,
    raw: Buffer.from(`row ${position}`),
  })

  it('tells the first 20 by line, keeps all in a file, counts by reason', () => {
    const told: string[] = []
    const log: Log = { ...silentLog, warn: (text: string) => told.push(text) }
    const rejections = new Rejections('shop.csv', 'line', `${folder.path}/rejected`, log)
    for (let position = 1; position <= 30; position++) rejections.add(rejection(position))
    rejections.close()
    expect(told[0]).toBe('shop.csv, line 1: quantity: wrong 1')
    expect(told).toHaveLength(21)
    expect(told[20]).toContain(rejections.file)
    expect([...rejections.byReason]).toEqual([
      ['missing', 15],
      ['range', 15],
    ])
    const lines = readFileSync(rejections.file, 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(30)
    expect(JSON.parse(lines[29])).toEqual({
      line: 30,
      reason: 'range',
      field: 'quantity',
      detail: 'quantity: wrong 30',
      row: 'row 30',
    })
  })

  it('makes no file when there is nothing to keep', () => {
    const rejections = new Rejections('fine.csv', 'line', `${folder.path}/fine`, silentLog)
    rejections.close()
    expect(existsSync(rejections.file)).toBe(false)
  })
})
