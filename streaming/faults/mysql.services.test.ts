// The way to MariaDB fails in every way a network knows, or it dies: demographics and checkpoints are
// unavailable, not stuck, and afterwards what was acknowledged is there.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  describeWith,
  ownMysqlForTests,
  toxiproxyForTests,
} from '../../scripts/services/testing.ts'
import {
  comesTo,
  cutAfter,
  type Fault,
  inTheMiddle,
  OUTAGES,
  SLOW,
  untilSuccess,
} from '../../scripts/testing/faults.ts'
import { type OwnServer, ownMariadb } from '../../scripts/testing/own-servers.ts'
import { openProxy, type ToxicProxy } from '../../scripts/testing/toxiproxy.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import { mysqlCheckpoints } from '../../stores/checkpoints/mysql-place.ts'
import { lookupAll, person } from '../../stores/demographics/conformance.ts'
import type { DemographicsStore } from '../../stores/demographics/demographics-store.ts'
import { mysqlDemographics } from '../../stores/demographics/mysql.ts'
import type { MysqlSettings } from '../../stores/settings.ts'

const SILENCE_MS = 1_000
const people = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => person(`user-${String(first + i).padStart(8, '0')}`))

const CALLS: { name: string; run: (store: DemographicsStore) => Promise<unknown> }[] = [
  { name: 'migrating', run: (store) => store.migrate() },
  { name: 'counting', run: (store) => store.count() },
  { name: 'loading', run: (store) => store.upsert(people(0, 100)) },
  { name: 'looking up', run: (store) => lookupAll(store, ['city'], 0) },
]

describeWith([ownMysqlForTests(), toxiproxyForTests()], 'MariaDB', (_, toxiproxy) => {
  let server: OwnServer<MysqlSettings>
  let proxy: ToxicProxy
  let direct: DemographicsStore
  const proxied = () => ({ ...server.address, port: proxy.port })
  const demographics = (silenceMs = SILENCE_MS) => mysqlDemographics(proxied(), { silenceMs })
  const userIds = async () => (await lookupAll(direct, [], 0)).rows.map(([id]) => id)
  beforeAll(async () => {
    server = await ownMariadb()
    proxy = await openProxy(toxiproxy, server.hostPort)
    direct = mysqlDemographics(server.address)
    await direct.migrate()
    await direct.upsert(people(0, 20_000))
  })
  afterEach(() => proxy.heal())
  afterAll(async () => {
    await direct.close()
    await proxy.remove()
    await server.end()
  })

  describe.each(OUTAGES)('while the connection is $name', (fault: Fault) => {
    it.each(CALLS)('$name is unavailable, and succeeds when it is back', async ({ run }) => {
      const store = demographics()
      await untilSuccess(() => store.count())
      await fault.begin(proxy)
      expect(await comesTo(() => run(store))).toBe('unavailable')
      expect(await comesTo(() => run(store))).toBe('unavailable')
      await proxy.heal()
      await untilSuccess(() => run(store))
      await store.close()
    })

    it('saving a checkpoint is unavailable, and succeeds when it is back', async () => {
      const job = `job-${fault.name.replaceAll(' ', '-')}`
      const store = mysqlCheckpoints(proxied(), job)
      const lease = await acquired(store)
      const bytes = Buffer.alloc(2_000_000, fault.name)
      await fault.begin(proxy)
      expect(await comesTo(() => lease.save(1, bytes))).toBe('unavailable')
      await proxy.heal()
      await untilSuccess(() => lease.save(1, bytes))
      const another = mysqlCheckpoints(server.address, job)
      expect((await another.load())?.parts[0].length).toBe(bytes.length)
      await Promise.all([store.close(), another.close()])
    })
  })

  it('looks up whole, or not at all, when the answer ends in the middle', async () => {
    const store = demographics()
    expect(await inTheMiddle(proxy, () => lookupAll(store, ['city'], 0))).toBe('unavailable')
    await proxy.heal()
    expect((await lookupAll(store, ['city'], 0)).rows.map(([id]) => id)).toEqual(await userIds())
    await store.close()
  })

  it('has all or nothing of rows whose way is cut in the middle', async () => {
    const store = demographics()
    await untilSuccess(() => store.count())
    const before = await direct.count()
    await cutAfter(100_000).begin(proxy)
    expect(await comesTo(() => store.upsert(people(before, 5_000)))).toBe('unavailable')
    expect(await direct.count()).toBe(before)
    await proxy.heal()
    await untilSuccess(() => store.upsert(people(before, 5_000)))
    expect(await direct.count()).toBe(before + 5_000)
    await store.close()
  })

  it('loads and looks up while every answer is slow', async () => {
    const store = demographics(30_000)
    await SLOW.begin(proxy)
    expect(await comesTo(() => store.upsert(people(0, 100)))).toBe('success')
    expect((await lookupAll(store, [], 0)).rows.length).toBe(await direct.count())
    await store.close()
  })

  it('has every row it acknowledged when it dies and starts again', async () => {
    const store = mysqlDemographics(server.address, { silenceMs: SILENCE_MS })
    for (let round = 0; round < 3; round++) {
      const loaded = untilSuccess(() => store.upsert(people(30_000 + round * 5_000, 5_000)))
      await server.kill()
      await server.start()
      await loaded
    }
    const wanted = people(30_000, 15_000).map((one) => one.user_id)
    expect((await userIds()).slice(-wanted.length)).toEqual(wanted)
    await store.close()
  })

  it('is unavailable while it is frozen', async () => {
    const store = mysqlDemographics(server.address, { silenceMs: SILENCE_MS })
    await untilSuccess(() => store.count())
    server.pause()
    expect(await comesTo(() => lookupAll(store, [], 0))).toBe('unavailable')
    server.resume()
    await untilSuccess(() => lookupAll(store, [], 0))
    await store.close()
  })
})

function acquired(store: ReturnType<typeof mysqlCheckpoints>): Promise<Lease> {
  const { signal } = new AbortController()
  return store.acquire({ owner: 'this test', signal, onWaiting: () => {} })
}
