// The statements of docs/security.md give MySQL's users what they need, and no more.
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { blocksOf } from '../../docs/testing/blocks.ts'
import { RefusedError } from '../../kit/errors.ts'
import { describeWith, ownMysqlForTests } from '../../scripts/services/testing.ts'
import { TestAuthority } from '../../scripts/testing/certificates.ts'
import { securedMariadb } from '../../scripts/testing/secured-servers.ts'
import { mysqlCheckpoints } from '../checkpoints/mysql-place.ts'
import type { MysqlSettings } from '../settings.ts'
import { lookupAll, person } from './conformance.ts'
import { mysqlDemographics } from './mysql.ts'

const STATEMENTS = blocksOf('docs/security.md')
  .filter(({ words }) => words[0] === 'sql')
  .flatMap(({ text }) => text.split(';'))
  .map((one) => one.replaceAll(/^--.*$/gm, '').trim())
  .filter((one) => one !== '')

describeWith([ownMysqlForTests()], 'a MySQL with the users of docs/security.md', () => {
  const authority = new TestAuthority()
  const password = 'rights-p4ss=word'
  let server: Awaited<ReturnType<typeof securedMariadb>>
  let admin: mysql.Connection
  const as = (user: string): MysqlSettings => ({
    ...server.address,
    user,
    password,
    database: 'ecommerce',
    tls: { ca: authority.cert, checksName: true },
  })

  beforeAll(async () => {
    server = await securedMariadb(authority)
    const { host, port, user, password: own } = server.address
    admin = await mysql.createConnection({ host, port, user, password: own })
    await admin.query('DROP DATABASE ecommerce')
    for (const one of STATEMENTS) await admin.query(one.replace('<password>', password))
  })
  afterAll(async () => {
    await admin?.end()
    await server?.end()
  })

  it('windrow_seed makes the tables and fills them', async () => {
    const store = mysqlDemographics(as('windrow_seed'))
    await store.migrate()
    expect(await store.upsert([person('ann')])).toEqual({ inserted: 1, updated: 0 })
    expect(await store.upsert([person('ann')])).toEqual({ inserted: 0, updated: 1 })
    await store.close()
  })

  it('windrow_job reads people, and changes none', async () => {
    const store = mysqlDemographics(as('windrow_job'))
    await store.migrate()
    expect((await lookupAll(store, ['city'], 0)).rows).toHaveLength(1)
    expect(await store.count()).toBe(1)
    await expect(store.upsert([person('eve')])).rejects.toThrow(RefusedError)
    await store.close()
  })

  it('windrow_job keeps its checkpoints, and works alone', async () => {
    const store = mysqlCheckpoints(as('windrow_job'), 'shop-1')
    const options = { owner: 'test', signal: new AbortController().signal, onWaiting: () => {} }
    const lease = await store.acquire(options)
    for (const number of [1, 2, 3]) await lease.save(number, Buffer.from([number]))
    expect((await store.load())?.number).toBe(3)
    await lease.release()
    await store.close()
  })

  it('neither gets in without encryption', async () => {
    for (const user of ['windrow_seed', 'windrow_job']) {
      const { tls, ...settings } = as(user)
      const store = mysqlDemographics(settings)
      await expect(store.count()).rejects.toThrow(/MYSQL_TLS=on/)
      await store.close()
    }
  })
})
