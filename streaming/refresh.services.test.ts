// The lookup table over a MariaDB that is killed while it is loaded, and while changes are looked for.
import { expect, it } from 'vitest'
import { systemClock } from '../kit/clock.ts'
import { silentLog } from '../kit/log.ts'
import { describeWith, ownMysqlForTests } from '../scripts/services/testing.ts'
import { ownMariadb } from '../scripts/testing/own-servers.ts'
import { person } from '../stores/demographics/conformance.ts'
import type { DemographicsStore } from '../stores/demographics/demographics-store.ts'
import { mysqlDemographics } from '../stores/demographics/mysql.ts'
import { Columns } from './decode/columns.ts'
import { Dictionary } from './decode/dictionary.ts'
import { LookupTable } from './enrich/lookup-table.ts'
import { TableRefresher } from './refresh.ts'

/** Together more than lies in buffers on the way when the first of them arrive. */
const ROWS = 100_000
const LONG_CITY = 'Bonn'.repeat(25)

function cityTable() {
  const [key, city] = [new Dictionary('user_id'), new Dictionary('city')]
  const dictionaries = [
    ['user_id', key],
    ['city', city],
  ] as const
  const columns = new Columns(new Map(dictionaries), [])
  const table = new LookupTable('user_id', key, new Map([['city', city]]))
  const cityOf = (id: string) => {
    columns.reset(1)
    columns.textColumn('user_id').codes[columns.count++] = key.codeOf(id)
    table.enrich(columns)
    return city.textOf(columns.textColumn('city').codes[0])
  }
  return { table, cityOf }
}

describeWith([ownMysqlForTests()], 'a table of MariaDB', () => {
  it('is loaded, and kept fresh, over kills of the server', async () => {
    const server = await ownMariadb()
    const stores = [0, 1].map(() => mysqlDemographics(server.address, { silenceMs: 2_000 }))
    const [store, loader] = stores
    await loader.migrate()
    await loader.upsert(
      Array.from({ length: ROWS }, (_, n) => person(`user-${n}`, { city: LONG_CITY })),
    )

    let lookups = 0
    let restarted: Promise<unknown> | undefined
    const killed: DemographicsStore = {
      ...store,
      lookup: async function* (...asked) {
        lookups++
        for await (const chunk of store.lookup(...asked)) {
          yield chunk
          if (restarted === undefined) {
            await server.kill()
            restarted = server.start()
          }
        }
      },
    }
    const { table, cityOf } = cityTable()
    const retry = { clock: systemClock, log: silentLog }
    const refresher = new TableRefresher(killed, ['city'], table, retry)
    await refresher.load()
    await restarted
    expect(refresher.rows).toBe(ROWS)
    expect(lookups).toBeGreaterThan(1)

    const stop = new AbortController()
    const refreshing = refresher.keepFresh(100, stop.signal)
    await server.kill()
    await expect.poll(() => refresher.staleSinceMs, { timeout: 30_000 }).toBeDefined()
    expect(cityOf('user-7')).toBe(LONG_CITY)
    await server.start()
    const now = new Date().toISOString()
    await loader.upsert([person('user-7', { city: 'Graz', updated_at: now })])
    await expect.poll(() => cityOf('user-7'), { timeout: 30_000 }).toBe('Graz')
    await expect.poll(() => refresher.staleSinceMs, { timeout: 30_000 }).toBeUndefined()
    stop.abort()
    await refreshing
    await Promise.all(stores.map((one) => one.close()))
    await server.end()
  })
})
