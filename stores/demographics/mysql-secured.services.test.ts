// Demographics and checkpoints in a MySQL as managed ones are: encrypted, for users who may do little.

import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { describeWith, ownMysqlForTests } from '../../scripts/services/testing.ts'
import { TestAuthority } from '../../scripts/testing/certificates.ts'
import { securedMariadb } from '../../scripts/testing/secured-servers.ts'
import type { Encryption } from '../encryption.ts'
import type { MysqlSettings } from '../settings.ts'
import { describeDemographicsStore, lookupAll, person } from './conformance.ts'
import { mysqlDemographics } from './mysql.ts'

/** Leads to 127.0.0.1, for which the certificate is. */
const OTHER_NAME = '127.1'
const PASSWORD = 'shop-p4ss=word'

describeWith([ownMysqlForTests()], 'a secured MySQL', () => {
  const authority = new TestAuthority()
  const other = new TestAuthority('another CA')
  const tls: Encryption = { ca: authority.cert, checksName: true }
  const client = authority.issue({ name: 'windrow' })
  let server: Awaited<ReturnType<typeof securedMariadb>>
  let admin: mysql.Connection
  const as = (user: string, more: Partial<MysqlSettings> = {}): MysqlSettings => ({
    ...server.address,
    user,
    password: PASSWORD,
    database: 'secured',
    tls,
    ...more,
  })

  beforeAll(async () => {
    server = await securedMariadb(authority)
    const { host, port, user, password } = server.address
    admin = await mysql.createConnection({ host, port, user, password })
    for (const [name, needs] of [
      ['encrypted', 'REQUIRE SSL'],
      ['certified', 'REQUIRE X509'],
      ['open', ''],
    ])
      await admin.query(`CREATE USER '${name}'@'%' IDENTIFIED BY '${PASSWORD}' ${needs}`)
    for (const name of ['encrypted', 'certified', 'open'])
      await admin.query(`GRANT ALL ON secured.* TO '${name}'@'%'`)
  })
  afterAll(async () => {
    await admin?.end()
    await server?.end()
  })

  describeDemographicsStore('encrypted MySQL', async () => mysqlDemographics(as('encrypted')), {
    isShared: true,
  })

  it.each<[string, () => MysqlSettings]>([
    ['by name', () => as('encrypted', { host: 'localhost' })],
    ['by a certificate', () => as('certified', { tls: { ...tls, client } })],
    [
      'by a name that is not in the certificate, when that is said',
      () => ({
        ...as('encrypted', { host: OTHER_NAME }),
        tls: { ...tls, checksName: false },
      }),
    ],
    ['without encryption', () => withoutTls(as('open'))],
  ])('is used %s', async (_, settings) => {
    const store = mysqlDemographics(settings())
    await store.migrate()
    await store.upsert([person('used')])
    expect((await lookupAll(store, ['city'], 0)).rows.length).toBeGreaterThan(0)
    await store.close()
  })

  describe('is refused at once, with what to set:', () => {
    it.each<[string, () => MysqlSettings, RegExp]>([
      ['a wrong password', () => as('encrypted', { password: 'another-p4ss' }), /MYSQL_PASSWORD/],
      [
        'no encryption where it is wanted',
        () => withoutTls(as('encrypted')),
        /MYSQL_PASSWORD.*MYSQL_TLS=on/,
      ],
      [
        'no certificate where one is wanted',
        () => as('certified'),
        /MYSQL_PASSWORD.*MYSQL_CERT_FILE/,
      ],
      [
        'a CA that is not known',
        () => as('encrypted', { tls: { checksName: true } }),
        /set MYSQL_CA_FILE/,
      ],
      [
        'another CA',
        () => as('encrypted', { tls: { ...tls, ca: other.cert } }),
        /set MYSQL_CA_FILE/,
      ],
      [
        'another host',
        () => as('encrypted', { host: OTHER_NAME }),
        /is for other names: set MYSQL_HOST/,
      ],
    ])('%s', async (_, settings, message) => {
      const store = mysqlDemographics(settings())
      const error = await store.migrate().then(
        () => new Error('nothing failed'),
        (one: Error) => one,
      )
      expect(error).toBeInstanceOf(RefusedError)
      expect(error.message).toMatch(message)
      expect(error.message).not.toContain('p4ss')
      await store.close()
    })
  })
})

const withoutTls = ({ tls, ...settings }: MysqlSettings): MysqlSettings => settings
