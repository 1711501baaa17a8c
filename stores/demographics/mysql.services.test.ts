import { randomBytes } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
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

  it('is unavailable while the server is away, and goes on when it is back', async () => {
    const proxy = await openProxy(address.host, address.port)
    const store = mysqlDemographics({ ...other, host: '127.0.0.1', port: proxy.port })
    await store.migrate()
    await store.upsert(Array.from({ length: 20_000 }, (_, n) => person(`proxied-${n}`)))
    // Far less than the answer has, so that its end can never have arrived before the cut.
    proxy.cutAfter(200_000)
    const cutInTheMiddle = lookupAll(store, ['city'], 0)
    await expect(cutInTheMiddle).rejects.toBeInstanceOf(UnavailableError)
    proxy.refuse(true)
    for (const action of [
      () => store.count(),
      () => store.migrate(),
      () => store.upsert([person('away')]),
      () => lookupAll(store, [], 0),
    ]) {
      const error = await action().catch((thrown) => thrown)
      expect(error).toBeInstanceOf(UnavailableError)
      expect(error.message).toContain(`127.0.0.1:${proxy.port}`)
    }
    proxy.refuse(false)
    expect(await store.upsert([person('back')])).toEqual({ inserted: 1, updated: 0 })
    await store.close()
    await proxy.close()
  })
})

/** How many transactions wait for a lock. The server renews this when it was not asked for 100 ms. */
async function waiting(admin: mysql.Connection): Promise<number> {
  const [rows] = await admin.query<mysql.RowDataPacket[]>(
    "SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
  )
  return Number(rows[0].n)
}

/** A TCP proxy whose connections can be cut and refused. */
async function openProxy(host: string, port: number) {
  const sockets = new Set<Socket>()
  let isRefusing = false
  let bytesLeft = Number.POSITIVE_INFINITY
  const server: Server = createServer((near) => {
    if (isRefusing) {
      near.destroy()
      return
    }
    const far = connect(port, host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
        sockets.delete(socket)
      })
    }
    near.pipe(far)
    far.on('data', (bytes) => {
      bytesLeft -= bytes.length
      if (bytesLeft > 0) near.write(bytes)
      else cut()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as { port: number }).port,
    cutAfter: (bytes: number) => {
      bytesLeft = bytes
    },
    refuse: (isOn: boolean) => {
      isRefusing = isOn
      bytesLeft = Number.POSITIVE_INFINITY
      if (isOn) cut()
    },
    close: () =>
      new Promise<void>((resolve) => {
        cut()
        server.close(() => resolve())
      }),
  }
}
