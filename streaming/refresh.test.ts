import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RefusedError, UnavailableError } from '../kit/errors.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import type { Log } from '../kit/log.ts'
import type { DemographicsStore } from '../stores/demographics/demographics-store.ts'
import { Columns } from './decode/columns.ts'
import { Dictionary } from './decode/dictionary.ts'
import { LookupTable } from './enrich/lookup-table.ts'
import { TableRefresher } from './refresh.ts'
import { NOW_MS } from './testing/events.ts'

const EVERY_MS = 30_000

/** A store that a test changes, with a clock of its own, and a refresher of its rows. */
function setUp(signal?: AbortSignal) {
  /** What happens in the store while the refresher sleeps, one entry per sleep; then it is told to stop. */
  const meanwhile: (() => void)[] = []
  let stop = new AbortController()
  const clock = fakeClock(NOW_MS, () => {
    if (clock.sleepsMs.at(-1) !== EVERY_MS) return
    const happens = meanwhile.shift() ?? (() => stop.abort())
    happens()
  })
  const rows = new Map<string, { country: string; updatedMs: number }>()
  /** Ahead of ours by so much. */
  const storeClock = { aheadMs: 0 }
  const storeNowMs = () => clock.monotonicMs() + NOW_MS + storeClock.aheadMs
  const write = (id: string, country: string, updatedMs = storeNowMs()) =>
    rows.set(id, { country, updatedMs })
  /** Errors of the next lookups; with `after`, once so many rows were given. */
  const failures: { error: Error; after: number }[] = []
  let wholeReads = 0
  const store: DemographicsStore = {
    description: 'the store',
    migrate: async () => {},
    upsert: async () => ({ inserted: 0, updated: 0 }),
    count: async () => rows.size,
    combinations: async () => rows.size,
    lookup: async function* (_, sinceMs, recentMs = 0) {
      const failure = failures.shift()
      if (sinceMs === 0) wholeReads++
      const fromMs = Math.min(sinceMs, storeNowMs() - recentMs)
      // The latest first: what comes before a cut says nothing of what comes after it.
      const found = [...rows].sort(([, a], [, b]) => b.updatedMs - a.updatedMs)
      let given = 0
      for (const [id, { country, updatedMs }] of found) {
        if (failure !== undefined && given === failure.after) throw failure.error
        if (updatedMs < fromMs) continue
        yield { rows: [[id, country]], latestMs: updatedMs }
        given++
      }
      if (failure !== undefined) throw failure.error
    },
    close: async () => {},
  }
  const [key, country] = [new Dictionary('user_id'), new Dictionary('country')]
  const table = new LookupTable('user_id', key, new Map([['country', country]]))
  const dictionaries = [
    ['user_id', key],
    ['country', country],
  ] as const
  const columns = new Columns(new Map(dictionaries), [])
  const countryOf = (id: string) => {
    columns.reset(1)
    columns.textColumn('user_id').codes[columns.count++] = key.codeOf(id)
    table.enrich(columns)
    return country.textOf(columns.textColumn('country').codes[0])
  }
  const told: string[] = []
  const tell = (line: unknown) => void told.push(String(line).split('\n')[0])
  const log = { info: tell, warn: tell, error: tell, debug: tell } as Log
  const context = { clock, log, ...(signal && { signal }) }
  const refresher = new TableRefresher(store, ['country'], table, context)
  /** Lets the refresher look for changes once after each of these. */
  const refreshAfter = async (...happenings: (() => void)[]) => {
    stop = new AbortController()
    meanwhile.push(...happenings)
    await refresher.keepFresh(EVERY_MS, stop.signal)
  }
  const fail = (error: Error, after = 0) => failures.push({ error, after })
  const wholes = () => wholeReads
  return { clock, storeClock, rows, write, fail, told, refresher, refreshAfter, countryOf, wholes }
}

const away = new UnavailableError('away')

describe('the lookup table', () => {
  test('is loaded whole, waiting for the store', async () => {
    const { write, fail, refresher, countryOf, clock, rows } = setUp()
    write('a', 'DE', 1)
    write('b', 'FR', 2)
    fail(away)
    fail(away, 1)
    expect([refresher.lastRefreshMs, refresher.staleMs]).toEqual([undefined, undefined])
    await refresher.load()
    expect([countryOf('a'), countryOf('b'), countryOf('c')]).toEqual(['DE', 'FR', 'unknown'])
    expect([refresher.rows, clock.sleepsMs]).toEqual([rows.size, [250, 500]])
    expect([refresher.lastRefreshMs, refresher.staleMs]).toEqual([NOW_MS + 750, 0])
  })

  test('is not loaded to its end by one who was told to stop', async () => {
    const stop = new AbortController()
    const { write, refresher } = setUp(stop.signal)
    write('a', 'DE', 1)
    stop.abort()
    await expect(refresher.load()).rejects.toBe(stop.signal.reason)
    expect([refresher.rows, refresher.lastRefreshMs]).toEqual([0, undefined])
  })

  test('gets changed and new rows', async () => {
    const { write, refresher, refreshAfter, countryOf } = setUp()
    write('a', 'DE', NOW_MS - 1_000_000)
    await refresher.load()
    await refreshAfter(() => {
      write('a', 'AT')
      write('b', 'FR')
    })
    expect([countryOf('a'), countryOf('b'), refresher.rows]).toEqual(['AT', 'FR', 2])
  })

  test('gets rows that became visible after later ones, as their transaction took longer', async () => {
    const { write, refresher, refreshAfter, countryOf } = setUp()
    write('a', 'DE', NOW_MS - 1_000)
    await refresher.load()
    await refreshAfter(() => void write('slow', 'FR', NOW_MS - 9_000))
    expect(countryOf('slow')).toBe('FR')
  })

  test('gets what an answer that was cut off had not brought yet', async () => {
    const { write, fail, refresher, refreshAfter, countryOf } = setUp()
    await refresher.load()
    fail(away, 1)
    await refreshAfter(() => {
      write('a', 'DE', NOW_MS + 1_000)
      write('b', 'FR', NOW_MS + 29_000)
    })
    expect([countryOf('a'), countryOf('b')]).toEqual(['DE', 'FR'])
  })

  test("gets rows of a clock that stepped back an hour, the store's or ours", async () => {
    for (const step of ['store', 'ours']) {
      const { clock, storeClock, write, refresher, refreshAfter, countryOf } = setUp()
      write('a', 'DE')
      await refresher.load()
      await refreshAfter(
        () => {
          if (step === 'store') storeClock.aheadMs -= 3_600_000
          else clock.stepMs(-3_600_000)
          write('a', 'AT')
        },
        () => void write('b', 'FR'),
      )
      expect([countryOf('a'), countryOf('b')]).toEqual(['AT', 'FR'])
    }
  })

  test('gets rows with old times of their own within twenty refreshes', async () => {
    const { write, refresher, refreshAfter, countryOf, wholes } = setUp()
    write('a', 'DE')
    await refresher.load()
    await refreshAfter(...Array.from({ length: 20 }, () => () => void write('old', 'FR', 1)))
    expect([countryOf('old'), wholes()]).toEqual(['FR', 2])
  })

  test('keeps a row that is gone from the store', async () => {
    const { write, rows, refresher, refreshAfter, countryOf } = setUp()
    write('a', 'DE')
    await refresher.load()
    await refreshAfter(...Array.from({ length: 20 }, () => () => rows.clear()))
    expect(countryOf('a')).toBe('DE')
  })

  test('is as the store is after each refresh, in whatever order its rows are written', async () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      country: fc.constantFrom('DE', 'FR', 'AT'),
      tookMs: fc.integer({ min: 0, max: 9_999 }),
      failsAfter: fc.option(fc.nat(2), { nil: undefined }),
      ourStepMs: fc.constantFrom(0, -3_600_000, 3_600_000),
      storeStepMs: fc.constantFrom(0, -3_600_000, -5),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        const { clock, storeClock, write, rows, fail, refresher, refreshAfter, countryOf } = setUp()
        await refresher.load()
        for (const { id, country, tookMs, failsAfter, ourStepMs, storeStepMs } of changes) {
          if (failsAfter !== undefined) fail(away, failsAfter)
          await refreshAfter(() => {
            clock.stepMs(ourStepMs)
            storeClock.aheadMs += storeStepMs
            const { aheadMs } = storeClock
            write(id, country, NOW_MS + clock.monotonicMs() + aheadMs - tookMs)
          })
          for (const [one, row] of rows) expect(countryOf(one)).toBe(row.country)
        }
      }),
    )
  })
})

describe('a store that cannot be read for changes', () => {
  test('is told once, since when, and when it is back', async () => {
    const { fail, told, refresher, refreshAfter, countryOf, write } = setUp()
    write('a', 'DE')
    await refresher.load()
    for (let n = 0; n < 5; n++) fail(new UnavailableError('refused', { store: 'the store' }))
    const stale: (number | undefined)[] = []
    await refreshAfter(
      () => {},
      () => stale.push(refresher.staleSinceMs),
    )
    expect(told).toEqual([
      `the store cannot be read for changed rows: goes on with the rows of ${new Date(NOW_MS).toISOString()}`,
      'refused',
      'the rows are fresh again: for 37.8s they were not',
      'the store available again after 7.8s: goes on',
    ])
    expect([countryOf('a'), refresher.staleSinceMs, stale]).toEqual(['DE', undefined, [undefined]])
  })

  test('is known to be stale, and since when', async () => {
    const { fail, refresher, refreshAfter } = setUp()
    await refresher.load()
    fail(new RefusedError('wrong password'))
    await refreshAfter(() => {})
    expect(refresher.staleSinceMs).toBe(NOW_MS)
    expect(refresher.lastRefreshMs).toBe(NOW_MS)
    expect(refresher.staleMs).toBeGreaterThanOrEqual(EVERY_MS)
  })

  test('that refuses is asked again, and told once', async () => {
    const { fail, told, refresher, refreshAfter, countryOf, write } = setUp()
    await refresher.load()
    for (let n = 0; n < 3; n++) fail(new RefusedError('wrong password'))
    const nothing = () => {}
    await refreshAfter(nothing, nothing, nothing, () => void write('a', 'DE'))
    expect(told.filter((line) => line.includes('wrong password'))).toHaveLength(1)
    expect(countryOf('a')).toBe('DE')
  })
})
