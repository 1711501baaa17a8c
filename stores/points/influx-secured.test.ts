// InfluxDB behind https, with a certificate of an authority of one's own.
import { afterEach, describe, expect, test } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { TestAuthority } from '../../scripts/testing/certificates.ts'
import { type FakeServer, fakeServer } from './fake-influx.ts'
import { influxPoints } from './influx.ts'

const authority = new TestAuthority()
const HOSTS = ['127.0.0.1']

const schema = { name: 'sales', tags: ['category'], fields: { orders: 'integer' } } as const
const point = {
  measurement: 'sales',
  tags: { category: 'books' },
  fields: { orders: 3 },
  timeMs: 7,
}

let server: FakeServer | undefined
afterEach(() => server?.close())

async function storeWith(ca?: string, { hosts = HOSTS, isExpired = false } = {}) {
  server = await fakeServer(
    ({ path }) => {
      if (path === '/ping') return { status: 204, headers: { 'x-influxdb-version': '1.8.10' } }
      if (path === '/query') return { status: 200, body: { results: [{ statement_id: 0 }] } }
      return { status: 204 }
    },
    authority.issue({ name: 'influx', hosts, isExpired }),
  )
  const address = { url: server.url, token: 'secret-token', org: 'o', bucket: 'shop' }
  return influxPoints({ ...address, ...(ca !== undefined && { ca }) })
}

test('is asked and written to, with the token', async () => {
  const store = await storeWith(authority.cert)
  await store.prepare()
  await store.write([point], [schema])
  await store.close()
  const requests = server?.requests ?? []
  expect(requests.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/ping', '/query', '/api/v2/write']),
  )
  const write = requests.find(({ path }) => path === '/api/v2/write')
  expect(write).toMatchObject({ method: 'POST', body: 'sales,category=books orders=3i 7' })
  const query = requests.find(({ path }) => path === '/query')
  expect(`${query?.query}${query?.body}`).toContain('SHOW')
})

describe('is refused at once, with what to set:', () => {
  test.each<[string, () => ReturnType<typeof storeWith>, RegExp]>([
    ['a CA that is not known', () => storeWith(), /set INFLUX_CA_FILE/],
    ['another CA', () => storeWith(new TestAuthority('other').cert), /set INFLUX_CA_FILE/],
    ['another host', () => storeWith(authority.cert, { hosts: ['influx'] }), /set INFLUX_URL/],
    ['an old one', () => storeWith(authority.cert, { isExpired: true }), /has expired/],
  ])('%s', async (_, open, message) => {
    const store = await open()
    const error = await store.prepare().then(
      () => new Error('nothing failed'),
      (one: Error) => one,
    )
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message).toMatch(message)
    await store.close()
  })
})
