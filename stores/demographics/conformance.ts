// What every demographics store keeps; each adapter's test runs this suite.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Demographic } from '../../data/demographics.ts'
import type { DemographicsStore } from './demographics-store.ts'
import { TEXT_MAX } from './limits.ts'

const NOON = '2026-01-31T12:00:00.000Z'
const NOON_MS = Date.parse(NOON)

/** A person; what is not given is made up. */
export function person(userId: string, given: Partial<Demographic> = {}): Demographic {
  return {
    user_id: userId,
    gender: 'F',
    age: 30,
    age_group: '25-34',
    country: 'DE',
    city: 'Köln',
    income_bracket: '50k-75k',
    signup_date: '2024-02-29',
    updated_at: NOON,
    ...given,
  }
}

/** All rows at or after `sinceMs`, ordered by id, and the latest change. */
export async function lookupAll(
  store: DemographicsStore,
  columns: readonly string[],
  sinceMs: number,
): Promise<{ rows: string[][]; latestMs: number }> {
  const rows: string[][] = []
  let latestMs = 0
  for await (const chunk of store.lookup(columns, sinceMs)) {
    rows.push(...chunk.rows.map((row) => [...row]))
    latestMs = Math.max(latestMs, chunk.latestMs)
  }
  return { rows: rows.sort((a, b) => (a[0] < b[0] ? -1 : 1)), latestMs }
}

/** `open` gives the same store each time, empty when the suite begins; each result is closed. */
export function describeDemographicsStore(
  title: string,
  open: () => Promise<DemographicsStore>,
  options: { readonly isShared: boolean },
): void {
  describe(`${title} keeps the promises of a demographics store`, () => {
    let store: DemographicsStore
    beforeAll(async () => {
      store = await open()
      await store.migrate()
    })
    afterAll(() => store.close())

    const ids = async (sinceMs = 0) =>
      (await lookupAll(store, [], sinceMs)).rows.map((row) => row[0])

    it('is empty at first, and migrates again without harm', async () => {
      await store.migrate()
      expect(await store.count()).toBe(0)
      expect(await lookupAll(store, ['country'], 0)).toEqual({ rows: [], latestMs: 0 })
      expect(await store.upsert([])).toEqual({ inserted: 0, updated: 0 })
    })

    it('counts inserted and updated rows exactly, also where nothing changed', async () => {
      const [a, b, c] = ['count-a', 'count-b', 'count-c'].map((id) => person(id))
      expect(await store.upsert([a, b])).toEqual({ inserted: 2, updated: 0 })
      expect(await store.upsert([a, { ...b, age: 31 }, c])).toEqual({ inserted: 1, updated: 2 })
      expect(await store.upsert([a])).toEqual({ inserted: 0, updated: 1 })
      expect(await store.upsert([person('count-d')])).toEqual({ inserted: 1, updated: 0 })
      expect(await store.count()).toBe(4)
    })

    it('counts exactly whatever the chunk before was like', async () => {
      const chunk = (city: string, ...ids: string[]) =>
        store.upsert(ids.map((id) => person(`turn-${id}`, { city })))
      expect(await chunk('one', 'a', 'b')).toEqual({ inserted: 2, updated: 0 })
      expect(await chunk('two', 'a', 'b')).toEqual({ inserted: 0, updated: 2 })
      // After a chunk of updates only: of updates, new ones, both, and of rows that stay as they are.
      expect(await chunk('three', 'a', 'b')).toEqual({ inserted: 0, updated: 2 })
      expect(await chunk('three', 'b', 'a')).toEqual({ inserted: 0, updated: 2 })
      expect(await chunk('four', 'a', 'c')).toEqual({ inserted: 1, updated: 1 })
      expect(await chunk('five', 'a', 'b', 'c')).toEqual({ inserted: 0, updated: 3 })
      expect(await chunk('six', 'd', 'e')).toEqual({ inserted: 2, updated: 0 })
      expect(await chunk('seven', 'd', 'e')).toEqual({ inserted: 0, updated: 2 })
      // One changed, one the same, one new: 3 affected rows of 3 would read as "all new".
      expect(await chunk('seven', 'd', 'a', 'f')).toEqual({ inserted: 1, updated: 2 })
      const { rows } = await lookupAll(store, ['city'], 0)
      expect(rows.filter(([id]) => id.startsWith('turn-')).map(([, city]) => city)).toEqual([
        'seven',
        'five',
        'five',
        'seven',
        'seven',
        'seven',
      ])
    })

    it('replaces every column and gives all back as text', async () => {
      await store.upsert([person('whole')])
      const changed = person('whole', {
        gender: 'X',
        age: 70,
        age_group: '65+',
        country: 'JP',
        city: "東京 \\ 'O''Hare' \"😀\"",
        income_bracket: '',
        signup_date: '2020-12-31',
        updated_at: '2026-02-01T00:00:00.001Z',
      })
      await store.upsert([changed])
      const { user_id, ...columns } = changed
      const { rows } = await lookupAll(store, Object.keys(columns), NOON_MS + 1)
      expect(rows).toEqual([[user_id, ...Object.values(columns).map(String)]])
    })

    it('gives the asked columns in the asked order', async () => {
      const { rows } = await lookupAll(store, ['country', 'gender'], NOON_MS + 1)
      expect(rows).toEqual([['whole', 'JP', 'X']])
    })

    it('tells ids apart that differ in case, accents or spaces only', async () => {
      const twins = ['Zoe', 'zoe', 'Zoë', 'Zoe ', ' Zoe', 'ZOE']
      expect(await store.upsert(twins.map((id) => person(id)))).toEqual({ inserted: 6, updated: 0 })
      expect(await store.upsert(twins.map((id) => person(id)))).toEqual({ inserted: 0, updated: 6 })
      expect(await ids()).toEqual(expect.arrayContaining(twins))
    })

    it('holds texts at their longest, and an id of any characters', async () => {
      const longest = person('\u{1F600}'.repeat(TEXT_MAX.user_id), {
        city: 'é'.repeat(TEXT_MAX.city),
        income_bracket: '€'.repeat(TEXT_MAX.income_bracket),
      })
      await store.upsert([longest, person('tab\tquote"\\'), person("' OR 1=1; --")])
      const { rows } = await lookupAll(store, ['city'], 0)
      expect(rows).toContainEqual([longest.user_id, longest.city])
      expect(await ids()).toEqual(expect.arrayContaining(['tab\tquote"\\', "' OR 1=1; --"]))
    })

    it('compares updated_at at or after the asked millisecond, and tells the latest', async () => {
      const at = (ms: number) => new Date(Date.parse('2027-01-01T00:00:00Z') + ms).toISOString()
      const since = Date.parse(at(5))
      await store.upsert([4, 5, 6].map((ms) => person(`since-${ms}`, { updated_at: at(ms) })))
      expect(await ids(since)).toEqual(['since-5', 'since-6'])
      expect((await lookupAll(store, ['age'], since)).latestMs).toBe(since + 1)
      expect(await ids(since + 2)).toEqual([])
    })

    it('gives rows, too, that are recent by its own clock', async () => {
      const nowMs = Date.now()
      await store.upsert([
        person('recent', { updated_at: new Date(nowMs - 60_000).toISOString() }),
        person('older', { updated_at: new Date(nowMs - 3_600_000).toISOString() }),
      ])
      const found = async (recentMs?: number) => {
        const ids: string[] = []
        for await (const { rows } of store.lookup([], nowMs + 3_600_000, recentMs))
          ids.push(...rows.map(([id]) => id))
        return ids.filter((id) => id === 'recent' || id === 'older')
      }
      expect(await found(600_000)).toEqual(['recent'])
      expect(await found()).toEqual([])
    })

    it('gives a large table in chunks, and can be left in the middle', async () => {
      const before = await store.count()
      const many = Array.from({ length: 12_000 }, (_, n) =>
        person(`many-${n}`, { age: 18 + (n % 90) }),
      )
      expect(await store.upsert(many)).toEqual({ inserted: 12_000, updated: 0 })
      expect(await store.upsert(many)).toEqual({ inserted: 0, updated: 12_000 })
      let chunks = 0
      for await (const { rows } of store.lookup(['age'], 0)) {
        chunks++
        if (rows.length > 0) break
      }
      expect(chunks).toBe(1)
      expect(await ids()).toHaveLength(before + 12_000)
      expect(await store.upsert([person('after-break')])).toEqual({ inserted: 1, updated: 0 })
    })

    it('counts combinations of values that occur together, not the product of all', async () => {
      const before = await store.combinations(['city', 'income_bracket'])
      await store.upsert([
        person('pair-a', { city: 'Pair one', income_bracket: 'pair 1' }),
        person('pair-b', { city: 'Pair one', income_bracket: 'pair 1' }),
        person('pair-c', { city: 'Pair two', income_bracket: 'pair 2' }),
      ])
      expect(await store.combinations(['city', 'income_bracket'])).toBe(before + 2)
      expect(await store.combinations([])).toBe(1)
    })

    it('refuses a column that the table does not have', async () => {
      await expect(lookupAll(store, ['salary'], 0)).rejects.toThrow('"salary" is no column')
      await expect(store.combinations(['salary'])).rejects.toThrow('"salary" is no column')
    })

    if (!options.isShared) return
    it('is the same for all who have it open', async () => {
      const others = await Promise.all([open(), open()])
      await Promise.all(others.map((other) => other.migrate()))
      const rows = Array.from({ length: 3000 }, (_, n) => person(`shared-${n}`))
      // Opposite orders and the same ids: what makes transactions meet.
      const counts = await Promise.all([
        store.upsert(rows),
        others[0].upsert(rows.toReversed()),
        others[1].upsert(rows),
      ])
      const total = (key: 'inserted' | 'updated') => counts.reduce((sum, one) => sum + one[key], 0)
      expect([total('inserted'), total('updated')]).toEqual([3000, 6000])
      expect(await others[0].count()).toBe(await store.count())
      await Promise.all(others.map((other) => other.close()))
    })
  })
}
