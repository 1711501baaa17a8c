import { describe, expect, test } from 'vitest'
import type { Clock } from '../kit/clock.ts'
import { UnavailableError } from '../kit/errors.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { type Log, silentLog } from '../kit/log.ts'
import type { DemographicsStore, LookupRows } from '../stores/demographics/demographics-store.ts'
import { Columns } from './decode/columns.ts'
import { Dictionary } from './decode/dictionary.ts'
import { LookupTable } from './enrich/lookup-table.ts'
import { TableRefresher } from './refresh.ts'
import { NOW_MS } from './testing/events.ts'

interface Person {
  readonly id: string
  readonly country: string
  readonly updatedMs: number
}

/** A refresher over people that a test changes; `lookUps` are the times from which rows were asked for. */
function setUp(people: Person[], options: { readonly failures?: number; readonly log?: Log } = {}) {
  const clock = fakeClock(NOW_MS)
  /** Called at the end of each sleep. */
  let awake = () => {}
  const sleepy: Clock = {
    ...clock,
    sleep: async (ms) => {
      await clock.sleep(ms)
      awake()
    },
  }
  const lookUps: number[] = []
  let failures = options.failures ?? 0
  const store: DemographicsStore = {
    description: 'fake',
    migrate: async () => {},
    upsert: async () => ({ inserted: 0, updated: 0 }),
    count: async () => people.length,
    lookup: async function* (_, sinceMs): AsyncGenerator<LookupRows> {
      if (failures-- > 0) throw new UnavailableError('away')
      lookUps.push(sinceMs)
      for (const { id, country, updatedMs } of people.filter((p) => p.updatedMs >= sinceMs))
        yield { rows: [[id, country]], latestMs: updatedMs }
    },
    close: async () => {},
  }
  const key = new Dictionary('user_id')
  const country = new Dictionary('country')
  const table = new LookupTable('user_id', key, new Map([['country', country]]))
  const columns = new Columns(
    new Map([
      ['user_id', key],
      ['country', country],
    ]),
    [],
  )
  const countryOf = (id: string) => {
    columns.reset(1)
    columns.textColumn('user_id').codes[columns.count++] = key.codeOf(id)
    table.enrich(columns)
    return country.textOf(columns.textColumn('country').codes[0])
  }
  const retry = { clock: sleepy, log: options.log ?? silentLog }
  const refresher = new TableRefresher(store, ['country'], table, retry)
  /** Lets the refresher look for changes `times` times; `before` is called before each. */
  const refresh = async (times: number, before: () => void) => {
    const stop = new AbortController()
    let left = times
    awake = () => (left-- > 0 ? before() : stop.abort())
    await refresher.keepFresh(30_000, stop.signal)
  }
  return { clock, lookUps, countryOf, refresher, refresh, table }
}

describe('the lookup table', () => {
  test('is loaded whole, waiting for the store', async () => {
    const { refresher, countryOf, lookUps, clock } = setUp(
      [
        { id: 'a', country: 'DE', updatedMs: 1 },
        { id: 'b', country: 'FR', updatedMs: 2 },
      ],
      { failures: 2 },
    )
    await refresher.load()
    expect([countryOf('a'), countryOf('b'), countryOf('c')]).toEqual(['DE', 'FR', 'unknown'])
    expect(lookUps).toEqual([0])
    expect(clock.sleepsMs).toEqual([250, 500])
  })

  test('gets changed and new rows', async () => {
    const people = [{ id: 'a', country: 'DE', updatedMs: NOW_MS - 1_000_000 }]
    const { refresher, refresh, countryOf, table } = setUp(people)
    await refresher.load()
    await refresh(1, () => {
      people[0] = { id: 'a', country: 'AT', updatedMs: NOW_MS }
      people.push({ id: 'b', country: 'FR', updatedMs: NOW_MS })
    })
    expect([countryOf('a'), countryOf('b'), table.rowCount]).toEqual(['AT', 'FR', 2])
  })

  test('gets rows that became visible after later ones, as their transaction took longer', async () => {
    const people = [{ id: 'a', country: 'DE', updatedMs: NOW_MS - 1_000 }]
    const { refresher, refresh, countryOf } = setUp(people)
    await refresher.load()
    await refresh(1, () => {
      people.push({ id: 'slow', country: 'FR', updatedMs: NOW_MS - 9_000 })
    })
    expect(countryOf('slow')).toBe('FR')
  })

  test('asks for nothing it has, once the latest row is long past', async () => {
    const latestMs = NOW_MS - 500_000
    const { refresher, refresh, lookUps } = setUp([{ id: 'a', country: 'DE', updatedMs: latestMs }])
    await refresher.load()
    await refresh(2, () => {})
    expect(lookUps).toEqual([0, latestMs + 1, latestMs + 1])
  })
})
