// `windrow check` against real servers that allow too little.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { person } from '../../stores/demographics/conformance.ts'
import { mysqlDemographics } from '../../stores/demographics/mysql.ts'
import { influxPoints } from '../../stores/points/influx.ts'
import { ownBucket, removeBucket } from '../../stores/points/influx-testing.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { CONFIG } from '../../streaming/testing/run-turns.ts'
import { describeWith, influx2ForTests, kafkaForTests, mysqlForTests } from '../services/testing.ts'
import { checkStores } from './stores.ts'

const unique = randomBytes(4).toString('hex')
const EMBEDDED: StoreSettings = {
  eventsTopic: `check.${unique}`,
  dataDir: join(tmpdir(), `windrow-${unique}`),
}

afterAll(() => rmSync(EMBEDDED.dataDir, { recursive: true, force: true }))

const sectionOf = async (name: string, settings: Partial<StoreSettings>) => {
  const { sections } = await checkStores({ ...EMBEDDED, ...settings }, CONFIG, smallShop)
  return sections.find((one) => one.name === name)
}

describeWith([mysqlForTests()], 'check of demographics', (address) => {
  const database = `check_${unique}`
  const settings = { ...address, database }
  const user = `check_${unique}`
  let admin: mysql.Connection

  beforeAll(async () => {
    const { host, port, user: name, password } = address
    admin = await mysql.createConnection({ host, port, user: name, password })
    const store = mysqlDemographics(settings)
    await store.migrate()
    await store.upsert([person('a'), person('b', { country: 'FR' })])
    await store.close()
  })
  afterAll(async () => {
    await admin.query(`DROP DATABASE \`${database}\``)
    await admin.query(`DROP USER IF EXISTS '${user}'@'%'`)
    await admin.end()
  })

  it('tells how many there are, and which values occur together', async () => {
    const stores = await checkStores({ ...EMBEDDED, mysql: settings }, CONFIG, smallShop)
    const section = stores.sections.find(({ name }) => name === 'demographics')
    expect(section).toMatchObject({ findings: [], summary: expect.stringContaining('2 people') })
    expect(stores.known.ofTable(['gender', 'age_group'])).toBe(1)
    expect(stores.known.ofTable(['country'])).toBe(2)
  })

  it('a user without SELECT is told with the variable and what to run', async () => {
    await admin.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`)
    const section = await sectionOf('demographics', {
      mysql: { ...settings, user, password: 'secret' },
    })
    expect(section?.findings).toMatchObject([{ level: 'error', where: 'MYSQL_DATABASE' }])
    expect(section?.findings[0].what).toContain(`GRANT ALL ON \`${database}\`.* TO '${user}'`)
  })
})

describeWith([influx2ForTests()], 'check of points', (address) => {
  const influx = ownBucket(address)
  afterAll(() => removeBucket(influx))

  it('a token that may read and not write is told as such', async () => {
    const store = influxPoints(influx)
    await store.prepare()
    await store.close()
    expect((await sectionOf('points', { influx }))?.findings).toEqual([])
    const token = await readOnlyToken()
    const section = await sectionOf('points', { influx: { ...influx, token } })
    expect(section?.findings).toMatchObject([{ level: 'error', where: 'INFLUX_TOKEN' }])
    expect(section?.findings[0].what).toContain('write points')
  })

  async function readOnlyToken(): Promise<string> {
    const headers = { authorization: `Token ${address.token}`, 'content-type': 'application/json' }
    const ask = async (path: string, body?: object) => {
      const response = await fetch(`${address.url}/api/v2/${path}`, {
        headers,
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      })
      return (await response.json()) as { orgs: { id: string }[]; token: string }
    }
    const [{ id: orgID }] = (await ask(`orgs?org=${address.org}`)).orgs
    const permissions = ['buckets', 'orgs'].map((type) => ({
      action: 'read',
      resource: { type, orgID },
    }))
    return (await ask('authorizations', { orgID, permissions })).token
  }
})

describeWith([kafkaForTests()], 'check of the event log', ({ brokers }) => {
  it('a topic that is missing could be made, and is not', async () => {
    const kafka = { brokers, compression: 'none' } as const
    for (let again = 0; again < 2; again++) {
      const section = await sectionOf('event log', { kafka })
      expect(section).toMatchObject({
        findings: [],
        summary: expect.stringContaining('not there yet'),
      })
    }
  })

  it('brokers that are not there are told as such, and checkpoints as not looked at', async () => {
    const kafka = { brokers: ['127.0.0.1:9'], compression: 'none' } as const
    const stores = await checkStores({ ...EMBEDDED, kafka }, CONFIG, smallShop)
    expect(stores.sections[0].findings).toMatchObject([
      { level: 'unavailable', where: 'KAFKA_BROKERS' },
    ])
    expect(stores.sections[3]).toMatchObject({
      findings: [],
      summary: expect.stringContaining('not looked at'),
    })
  })
})
