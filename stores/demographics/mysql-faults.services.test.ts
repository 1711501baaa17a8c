// Demographics in MySQL while the server is away, cut off or silent: each call ends, soon and in the words of the port.
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnavailableError } from '../../kit/errors.ts'
import { describeWith, mysqlForTests } from '../../scripts/services/testing.ts'
import { lookupAll, person } from './conformance.ts'
import type { DemographicsStore } from './demographics-store.ts'
import { type Fault, openFaultyProxy } from './faulty-proxy.ts'
import { mysqlDemographics } from './mysql.ts'

const ROWS = 20_000
/** Far less than the answer of a lookup has, so that its end can never have arrived before the fault. */
const MIDDLE_BYTES = 200_000

const CALLS: readonly (readonly [string, (store: DemographicsStore) => Promise<unknown>])[] = [
  ['migrate', (store) => store.migrate()],
  ['count', (store) => store.count()],
  ['upsert', (store) => store.upsert([person('away')])],
  ['lookup', (store) => lookupAll(store, ['city'], 0)],
]

describeWith([mysqlForTests()], 'demographics in a MySQL that fails', (address) => {
  const database = `faults_${randomBytes(4).toString('hex')}`
  let admin: mysql.Connection
  let proxy: Awaited<ReturnType<typeof openFaultyProxy>>
  const open = (silenceMs = 300) =>
    mysqlDemographics({ ...address, database, host: '127.0.0.1', port: proxy.port }, { silenceMs })

  beforeAll(async () => {
    const { host, port, user, password } = address
    admin = await mysql.createConnection({ host, port, user, password })
    proxy = await openFaultyProxy(host, port)
    const store = open(10_000)
    await store.migrate()
    await store.upsert(Array.from({ length: ROWS }, (_, n) => person(`user-${n}`)))
    await store.close()
  })
  afterAll(async () => {
    await admin.query(`DROP DATABASE IF EXISTS \`${database}\``)
    await admin.end()
    await proxy.close()
  })

  const expectUnavailable = async (call: Promise<unknown>) => {
    await expect(call).rejects.toThrow(UnavailableError)
  }

  describe.each<Fault>(['refuse', 'silence'])('%s', (fault) => {
    it.each(CALLS)('%s at the first connection, then it works', async (_, call) => {
      const store = open()
      proxy.begin(fault)
      await expectUnavailable(call(store))
      proxy.begin('none')
      await call(store)
      await store.close()
    })

    it.each(CALLS)('%s on connections that were in use, then it works', async (_, call) => {
      const store = open()
      await Promise.all([store.count(), store.count(), store.count(), store.count()])
      proxy.begin(fault)
      await expectUnavailable(call(store))
      proxy.begin('none')
      await call(store)
      await store.close()
    })
  })

  it.each<Fault>(['cut', 'silence'])('%s in the middle of a lookup', async (fault) => {
    const store = open()
    proxy.beginAfter(MIDDLE_BYTES, fault)
    await expectUnavailable(lookupAll(store, ['city'], 0))
    proxy.begin('none')
    expect((await lookupAll(store, ['city'], 0)).rows.length).toBeGreaterThanOrEqual(ROWS)
    await store.close()
  })

  it('takes one who reads slowly not for a silent server', async () => {
    const store = open()
    let rows = 0
    let slow = 4
    for await (const chunk of store.lookup(['city'], 0)) {
      rows += chunk.rows.length
      if (slow-- > 0) await delay(400)
    }
    expect(rows).toBeGreaterThanOrEqual(ROWS)
    await store.close()
  })

  it('closes at once while the server is silent', async () => {
    const store = open()
    await store.count()
    proxy.begin('silence')
    await store.close()
    proxy.begin('none')
  })

  it('waits for another transaction, but not for ever, and loads the whole chunk afterwards', async () => {
    const store = open(10_000)
    await admin.query(`USE \`${database}\``)
    await admin.query('START TRANSACTION')
    await admin.query("UPDATE demographics SET city = 'Wien' WHERE user_id = 'user-7'")
    const chunk = ['user-6', 'user-7', 'new'].map((id) => person(id, { city: 'Linz' }))
    await expectUnavailable(store.upsert(chunk))
    await admin.query('ROLLBACK')
    expect(await store.upsert(chunk)).toEqual({ inserted: 1, updated: 2 })
    await store.close()
  })
})
