import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { describeWith, mysqlForTests } from '../../scripts/services/testing.ts'
import type { MysqlSettings } from '../settings.ts'
import { describeDemographicsStore, lookupAll, person } from './conformance.ts'
import type { DemographicsStore } from './demographics-store.ts'
import { mysqlDemographics } from './mysql.ts'

const unique = randomBytes(4).toString('hex')

describeWith([mysqlForTests()], 'demographics in MySQL', (address) => {
  const settings: MysqlSettings = { ...address, database: `demographics_${unique}` }
  const other: MysqlSettings = { ...address, database: `demographics_${unique}_other` }
  let admin: mysql.Connection

  beforeAll(async () => {
    const { host, port, user, password } = address
    admin = await mysql.createConnection({ host, port, user, password })
  })
  afterAll(async () => {
    for (const { database } of [settings, other])
      await admin.query(`DROP DATABASE IF EXISTS \`${database}\``)
    await admin.end()
  })

  describeDemographicsStore('MySQL', async () => mysqlDemographics(settings), { isShared: true })

  it('makes the database, also when many do so at once', async () => {
    const stores = Array.from({ length: 4 }, () => mysqlDemographics(other))
    await expect(stores[0].count()).rejects.toThrow(/MYSQL_DATABASE/)
    await Promise.all(stores.map((store) => store.migrate()))
    expect(await stores[3].count()).toBe(0)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('upserts all rows or none', async () => {
    const store = mysqlDemographics(other)
    await store.migrate()
    const rows = Array.from({ length: 1500 }, (_, n) => person(`all-${String(n).padStart(4, '0')}`))
    rows[1400] = { ...rows[1400], age: null as unknown as number }
    await expect(store.upsert(rows)).rejects.toThrow(/age/)
    expect(await store.count()).toBe(0)
    await store.close()
  })

  it('runs a transaction again that lost a deadlock', async () => {
    const store = mysqlDemographics(other)
    await store.migrate()
    await store.upsert([person('lock-a'), person('lock-b')])
    const update = (id: string, city: string) =>
      admin.query(`UPDATE demographics SET city = ? WHERE user_id = ?`, [city, id])
    await admin.query(`USE \`${other.database}\``)
    await admin.query('START TRANSACTION')
    // The heavier transaction wins, so the store's one loses.
    const rows = Array.from(
      { length: 500 },
      (_, n) => `('heavy-${n}','X',50,'45-54','FR','','','2020-01-01')`,
    )
    await admin.query(
      'INSERT INTO demographics (user_id, gender, age, age_group, country, city, income_bracket, signup_date) ' +
        `VALUES ${rows.join(', ')}`,
    )
    await update('lock-b', 'Bonn')
    const upserting = store.upsert([person('lock-a'), person('lock-b')])
    await expect
      .poll(() => waiting(admin), { timeout: 10_000, interval: 250 })
      .toBeGreaterThanOrEqual(1)
    await update('lock-a', 'Aachen')
    await admin.query('COMMIT')
    expect(await upserting).toEqual({ inserted: 0, updated: 2 })
    await admin.query('DELETE FROM demographics')
    await store.close()
  })

  it('sets updated_at by itself when others insert or change a row', async () => {
    const store = mysqlDemographics(other)
    await store.migrate()
    await store.upsert([person('hand-made', { updated_at: '2020-01-01T00:00:00.000Z' })])
    const beforeMs = Date.now() - 60_000
    await admin.query(`UPDATE \`${other.database}\`.demographics SET city = 'Graz'`)
    const { rows } = await lookupAll(store, ['city'], beforeMs)
    expect(rows).toEqual([['hand-made', 'Graz']])
    await store.close()
  })

  it.each<[string, (store: DemographicsStore) => Promise<unknown>]>([
    ['lookup', (store) => lookupAll(store, [], 0)],
    ['upsert', (store) => store.upsert([person('only')])],
    ['count', (store) => store.count()],
  ])('leaves no connection behind when only %s was called', async (_, action) => {
    const database = `demographics_${unique}_closing`
    const maker = mysqlDemographics({ ...address, database })
    await maker.migrate()
    await maker.close()
    const connections = async () => {
      const sql = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = ?'
      const [rows] = await admin.query<mysql.RowDataPacket[]>(sql, [database])
      return Number(rows[0].n)
    }
    const store = mysqlDemographics({ ...address, database })
    await action(store)
    expect(await connections()).toBeGreaterThan(0)
    await store.close()
    await store.close()
    await expect.poll(connections, { timeout: 5000 }).toBe(0)
    await admin.query(`DROP DATABASE \`${database}\``)
  })

  it('names the variable to mend when it is refused, and never the password', async () => {
    for (const [wrong, variable] of [
      [{ password: 'a-wrong-secret' }, /MYSQL_PASSWORD/],
      [{ user: `nobody_${unique}` }, /MYSQL_USER/],
    ] as const) {
      const store = mysqlDemographics({ ...settings, ...wrong })
      const error = await store.migrate().catch((thrown) => thrown)
      expect(error).toBeInstanceOf(RefusedError)
      expect(error.message).toMatch(variable)
      expect(error.message).not.toContain('secret')
      await store.close()
    }
  })

  it('says that a user has no rights on the database', async () => {
    const user = `reader_${unique}`
    await admin.query(`CREATE USER '${user}' IDENTIFIED BY 'reads'`)
    const store = mysqlDemographics({ ...settings, user, password: 'reads' })
    const denied = await store.migrate().catch((error) => error)
    await store.close()
    await admin.query(`DROP USER '${user}'`)
    expect(denied).toBeInstanceOf(RefusedError)
    expect(denied.message).toMatch(/no rights on database .* MYSQL_DATABASE/)
  })
})

/** How many transactions wait for a lock. The server renews this when it was not asked for 100 ms. */
async function waiting(admin: mysql.Connection): Promise<number> {
  const [rows] = await admin.query<mysql.RowDataPacket[]>(
    "SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
  )
  return Number(rows[0].n)
}
