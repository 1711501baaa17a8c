// Bad records, end to end: from a file that holds every kind of them to the dead letters and the summary.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { revenueByCategory } from '../data/ecommerce/revenue-by-category.ts'
import { runToEnd } from '../scripts/testing/programs.ts'
import { sqliteEventLog } from '../stores/event-log/sqlite.ts'
import { openSqlite } from '../stores/sqlite.ts'
import { BAD_LINES, bytesOf, json, writeBadLines } from './testing/bad-lines.ts'
import { Place } from './testing/place.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-bad-input-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const TOPIC = 'ecommerce.events'
interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly field: string
  readonly detail: string
  readonly value: ArrayBuffer | null
}

function deadLettersIn(place: Place): DeadLetter[] {
  const database = openSqlite(join(place.dir, 'data', 'events.db'))
  const rows = database.prepare('SELECT * FROM dead_letters ORDER BY partition, "offset"').all()
  database.close()
  return rows as DeadLetter[]
}

describe('bad records', () => {
  test('go to the dead letters with reason, field, place and their bytes; the job counts them and goes on', async () => {
    const place = new Place(join(dir, 'all'))
    const file = join(dir, 'bad.ndjson')
    writeBadLines(file)
    await place.seed()
    await place.produce(file, 1, '--unchecked')
    // What no file can hold: an empty value and none.
    const log = sqliteEventLog(join(place.dir, 'data', 'events.db'))
    const writer = await log.writer(TOPIC)
    await writer.append([
      { key: 'k', value: new Uint8Array(0) },
      { key: 'k', value: null },
    ])
    await log.close()

    const { err } = await place.once()
    const expected = [
      ...BAD_LINES,
      { line: '', reason: 'empty', field: '', offset: BAD_LINES.length + 2 },
      { line: null, reason: 'tombstone', field: '', offset: BAD_LINES.length + 3 },
    ]
    const letters = deadLettersIn(place)
    expect(letters.map(({ reason, field, offset }) => ({ reason, field, offset }))).toEqual(
      expected.map(({ reason, field, offset }) => ({ reason, field, offset })),
    )
    for (const [index, { line }] of expected.entries()) {
      const { topic, partition, detail, value } = letters[index]
      expect({ topic, partition }).toEqual({ topic: TOPIC, partition: 0 })
      expect(detail).toContain('expected')
      if (line === null) expect(value).toBeNull()
      else expect(bytesOf(line).compare(Buffer.from(value ?? new ArrayBuffer(0)))).toBe(0)
    }
    expect(err).toContain('17 read: 2 counted, 15 rejected (json 3, missing 2, ')
    for (const reason of ['type', 'time', 'range', 'decimals', 'currency', 'future', 'utf8'])
      expect(err).toContain(`${reason} 1`)
    expect([...(await place.points(revenueByCategory)).values()]).toMatchObject([
      { revenue: 19.98, orders: 2, items: 2 },
    ])
  })

  test('are there once after the job did them again', async () => {
    const place = new Place(join(dir, 'again'))
    const file = join(dir, 'again.ndjson')
    writeFileSync(file, `{\n${json()}\n`)
    await place.produce(file, 1, '--unchecked')
    for (const _ of [1, 2])
      await runToEnd('stream', ['--once', '--from', 'earliest'], place.environment)
    expect(deadLettersIn(place).map(({ offset, reason }) => ({ offset, reason }))).toEqual([
      { offset: 0, reason: 'json' },
    ])
  })
})

describe('changed demographics', () => {
  test('are used for later events while the job runs, without a restart', async () => {
    const place = new Place(join(dir, 'changed'))
    const people = (country: string) => {
      const file = join(dir, `people-${country}.csv`)
      const header = 'user_id,gender,age,country,city,income_bracket,signup_date'
      writeFileSync(file, `${header}\nuser-1,F,30,${country},x,low,2024-01-01\n`)
      return file
    }
    const produce = (atS: number) => {
      const file = join(dir, `changed-${atS}.ndjson`)
      writeFileSync(
        file,
        `${json({ event_id: `e${atS}`, event_time: Date.UTC(2025, 2, 1, 9, 0, atS) })}\n`,
      )
      return place.produce(file, 1)
    }
    const countries = async () =>
      [...(await place.points(revenueByCategory)).keys()].map((identity) =>
        identity.split('|').at(-1),
      )
    await place.seed(people('DE'))
    const job = place.stream()
    await job.until('its table', () => job.err.includes('loaded'))
    // The second event closes the first one's window.
    await produce(0)
    await produce(30)
    await job.until('a point', async () => (await countries()).length > 0)
    await place.seed(people('AT'))
    let atS = 60
    await job.until('the new country', async () => {
      atS += 30
      await produce(atS)
      return (await countries()).includes('AT')
    })
    expect((await countries())[0]).toBe('DE')
    expect((await job.stop('SIGTERM')).code).toBe(0)
  })
})
