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

  it('a user without a right is told the statement that grants it, and with it all is well', async () => {
    const mysqlSettings = { ...settings, user: `${user}_b`, password: 'secret' }
    const as = `'${user}_b'`
    await admin.query(`CREATE USER ${as}@'%' IDENTIFIED BY 'secret'`)
    try {
      await admin.query(`GRANT CREATE, INSERT, UPDATE, SELECT ON \`${database}\`.* TO ${as}@'%'`)
      const stores = { mysql: mysqlSettings, checkpoints: 'mysql' } as const
      await sectionOf('checkpoints', { ...stores, mysql: settings })
      const missing = await sectionOf('checkpoints', stores)
      const [, grant = 'none'] =
        /(GRANT DELETE ON .* TO '\w+')/.exec(missing?.findings[0]?.what ?? '') ?? []
      expect(grant).toBe(`GRANT DELETE ON \`${database}\`.\`windrow_checkpoint_chunks\` TO ${as}`)
      for (const table of ['_checkpoint_chunks', '_checkpoints', '_checkpoint_changes'])
        await admin.query(`${grant.replace('_checkpoint_chunks', table)}@'%'`)
      expect(await sectionOf('checkpoints', stores)).toMatchObject({ findings: [] })

      await admin.query(`REVOKE SELECT ON \`${database}\`.* FROM ${as}@'%'`)
      const blind = await sectionOf('demographics', { mysql: mysqlSettings })
      expect(blind?.findings[0].what).toContain(
        `GRANT SELECT ON \`${database}\`.\`demographics\` TO ${as}`,
      )
      await admin.query(`GRANT SELECT ON \`${database}\`.\`demographics\` TO ${as}@'%'`)
      expect(await sectionOf('demographics', { mysql: mysqlSettings })).toMatchObject({
        findings: [],
      })
    } finally {
      await admin.query(`DROP USER ${as}@'%'`)
    }
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
    const token = await tokenFor('read')
    const section = await sectionOf('points', { influx: { ...influx, token } })
    const where = 'INFLUX_TOKEN'
    expect(section?.findings).toMatchObject([{ where }, { where }])
    expect(section?.findings[0].what).toMatch(
      /write points(.|\n)*influx auth create .*--write-bucket/,
    )
    expect(section?.findings[1].what).toContain('remove points')
  })

  it('a token that may write and not read is told as such', async () => {
    const token = await tokenFor('write')
    const section = await sectionOf('points', { influx: { ...influx, token } })
    expect(section?.findings).toMatchObject([{ level: 'error' }])
    expect(section?.findings[0].what).toMatch(/influx auth create --org \S+ --read-bucket/)
  })

  const tokens: string[] = []
  afterAll(async () => {
    for (const id of tokens) await ask(`authorizations/${id}`, { method: 'DELETE' })
  })

  async function ask(path: string, request: RequestInit = {}): Promise<Answer> {
    const headers = { authorization: `Token ${address.token}`, 'content-type': 'application/json' }
    const response = await fetch(`${address.url}/api/v2/${path}`, { headers, ...request })
    const text = await response.text()
    return JSON.parse(text || '{}') as Answer
  }

  /** A token of this test's own: it sees the organisation, and may do one thing in its buckets. */
  async function tokenFor(action: 'read' | 'write'): Promise<string> {
    const [{ id: orgID }] = (await ask(`orgs?org=${address.org}`)).orgs
    const permissions = [
      { action, resource: { type: 'buckets', orgID } },
      { action: 'read', resource: { type: 'orgs', orgID } },
    ]
    const body = JSON.stringify({ orgID, permissions })
    const { id, token } = await ask('authorizations', { method: 'POST', body })
    tokens.push(id)
    return token
  }
})

/** Of InfluxDB, as far as it is looked at. */
interface Answer {
  readonly id: string
  readonly token: string
  readonly orgs: readonly { readonly id: string }[]
}

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
