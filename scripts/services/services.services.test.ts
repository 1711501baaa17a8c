// Each server that `npm test` brings up answers to its real client.
import { HttpError, InfluxDB, Point } from '@influxdata/influxdb-client'
import { Kafka, logLevel } from 'kafkajs'
import { createConnection } from 'mysql2/promise'
import { expect, it } from 'vitest'
import {
  describeWith,
  influx1ForTests,
  influx2ForTests,
  kafkaForTests,
  mysqlForTests,
} from './testing.ts'

const unique = `services_test_${process.pid}_${Date.now()}`

describeWith([kafkaForTests()], 'Kafka', ({ brokers }) => {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })

  it('creates, fills, reads and lists a topic', async () => {
    const admin = kafka.admin()
    const producer = kafka.producer()
    const consumer = kafka.consumer({ groupId: unique })
    try {
      await admin.connect()
      await admin.createTopics({
        topics: [{ topic: unique, numPartitions: 3 }],
        waitForLeaders: true,
      })
      expect(await admin.listTopics()).toContain(unique)

      await producer.connect()
      const longAgo = String(Date.UTC(2001, 0, 1))
      await producer.send({ topic: unique, messages: [{ value: 'hello', timestamp: longAgo }] })
      await consumer.connect()
      await consumer.subscribe({ topic: unique, fromBeginning: true })
      const value = await new Promise((resolve, reject) => {
        const eachMessage = async ({ message }: { message: { value: Buffer | null } }) =>
          resolve(message.value?.toString())
        consumer.run({ eachMessage }).catch(reject)
      })
      expect(value).toBe('hello')
      await consumer.disconnect()
      await admin.deleteTopics({ topics: [unique] })
    } finally {
      await consumer.disconnect()
      await producer.disconnect()
      await admin.disconnect()
    }
  })
})

describeWith([mysqlForTests()], 'MySQL', ({ available, ...address }) => {
  it('tells its version, has the database, and lets the user create others', async () => {
    const connection = await createConnection(address)
    try {
      const [versions] = await connection.query('SELECT VERSION() AS version, DATABASE() AS db')
      expect(versions).toEqual([
        { version: expect.stringMatching(/^\d+\.\d+/), db: address.database },
      ])
      await connection.query(`CREATE DATABASE ${unique}`)
      await connection.query(`CREATE TABLE ${unique}.t (name VARCHAR(20) PRIMARY KEY)`)
      await connection.query(`INSERT INTO ${unique}.t VALUES (?)`, ['Zoë 🌾'])
      const [rows] = await connection.query(`SELECT name FROM ${unique}.t`)
      expect(rows).toEqual([{ name: 'Zoë 🌾' }])
    } finally {
      await connection.query(`DROP DATABASE IF EXISTS ${unique}`)
      await connection.end()
    }
  })
})

describeWith([influx1ForTests()], 'InfluxDB 1', ({ url }) => {
  it('answers /ping and gives back the point written through the v2 client', async () => {
    const ping = await fetch(`${url}/ping`)
    expect(ping.status).toBe(204)
    expect(ping.headers.get('x-influxdb-version')).toMatch(/^v?1\./)
    await queryV1(url, `CREATE DATABASE "${unique}"`)
    try {
      await writePoint(new InfluxDB({ url, token: 'nobody:nothing' }), '-', unique)
      expect(await queryV1(url, 'SELECT value FROM m', unique)).toEqual([[1000, 42.5]])
    } finally {
      await queryV1(url, `DROP DATABASE "${unique}"`)
    }
  })
})

describeWith([influx2ForTests()], 'InfluxDB 2', ({ url, token, org }) => {
  it('answers /ping and gives back the point written, by Flux and by InfluxQL', async () => {
    const ping = await fetch(`${url}/ping`)
    expect(ping.status).toBe(204)
    expect(ping.headers.get('x-influxdb-version')).toMatch(/^v?2\./)
    const client = new InfluxDB({ url, token })
    const bucketId = await createBucket(url, token, org, unique)
    try {
      await writePoint(client, org, unique)
      const flux = `from(bucket: "${unique}") |> range(start: 1970-01-01T00:00:00Z)`
      const rows = await client
        .getQueryApi(org)
        .collectRows<{ _time: string; _value: number }>(flux)
      expect(rows).toMatchObject([{ _time: '1970-01-01T00:00:01Z', _value: 42.5 }])
      expect(await queryV1(url, 'SELECT value FROM m', unique, token)).toEqual([[1000, 42.5]])
    } finally {
      await api(`${url}/api/v2/buckets/${bucketId}`, { method: 'DELETE', token })
    }
  })

  it('refuses a wrong token', async () => {
    const client = new InfluxDB({ url, token: 'wrong' })
    const refused = client.getQueryApi(org).collectRows('buckets()')
    await expect(refused).rejects.toBeInstanceOf(HttpError)
    await expect(refused).rejects.toMatchObject({ statusCode: 401 })
  })
})

async function writePoint(client: InfluxDB, org: string, bucket: string): Promise<void> {
  const writer = client.getWriteApi(org, bucket, 'ms', { flushInterval: 0, maxRetries: 0 })
  writer.writePoint(new Point('m').tag('k', 'v').floatField('value', 42.5).timestamp(1000))
  await writer.flush()
  await writer.close()
}

/** The values of the first series of an InfluxQL query. */
async function queryV1(url: string, q: string, db = '', token?: string): Promise<unknown> {
  const parameters = new URLSearchParams({ q, epoch: 'ms', ...(db === '' ? {} : { db }) })
  const response = await api(`${url}/query?${parameters}`, { method: 'POST', token })
  const { results } = response as { results: [{ error?: string; series?: [{ values: unknown }] }] }
  expect(results[0].error).toBeUndefined()
  return results[0].series?.[0].values
}

async function createBucket(
  url: string,
  token: string,
  org: string,
  name: string,
): Promise<string> {
  const found = (await api(`${url}/api/v2/orgs?org=${org}`, { method: 'GET', token })) as {
    orgs: [{ id: string }]
  }
  const body = JSON.stringify({ orgID: found.orgs[0].id, name, retentionRules: [] })
  return ((await api(`${url}/api/v2/buckets`, { method: 'POST', token, body })) as { id: string })
    .id
}

async function api(
  url: string,
  { method, token, body }: { method: string; token?: string | undefined; body?: string },
): Promise<unknown> {
  const headers = {
    'content-type': 'application/json',
    ...(token ? { authorization: `Token ${token}` } : {}),
  }
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  expect(response.ok, `${method} ${url}: ${response.status} ${text}`).toBe(true)
  return text === '' ? undefined : JSON.parse(text)
}
