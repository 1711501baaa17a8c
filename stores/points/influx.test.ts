import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { ConfigError, RefusedError, UnavailableError } from '../../kit/errors.ts'
import { describePointsStore } from './conformance.ts'
import { type FakeAnswer, type FakeRequest, type FakeServer, fakeServer } from './fake-influx.ts'
import { fakeInflux3 } from './fake-influx3.ts'
import { influxPoints } from './influx.ts'

const sales = {
  name: 'sales',
  tags: ['category'],
  fields: { orders: 'integer', revenue: 'float' },
} as const
const pointAt = (timeMs: number) => ({
  measurement: 'sales',
  tags: { category: 'books' },
  fields: { orders: 1, revenue: 2 },
  timeMs,
})

let server: FakeServer
afterEach(() => server?.close())

/** A store on a fake of the given version; `write` answers writes, `other` anything that is not ordinary. */
async function storeOn(
  version: '1' | '2' | '3',
  write: (request: FakeRequest, nth: number) => FakeAnswer = () => ({ status: 204 }),
  other: (request: FakeRequest) => FakeAnswer | undefined = () => undefined,
  timeoutMs = 30_000,
) {
  let writes = 0
  const full = { 1: '1.8.10', 2: 'v2.7.12', 3: '3.11.2' }[version]
  server = await fakeServer((request) => {
    const special = other(request)
    if (special !== undefined) return special
    if (request.path === '/ping')
      return { status: version === '3' ? 200 : 204, headers: { 'x-influxdb-version': full } }
    if (request.path === '/api/v2/setup') return { status: 200, body: { allowed: false } }
    if (request.path === '/api/v2/buckets') return { status: 200, body: { buckets: [{ id: 'b' }] } }
    if (request.path === '/query') return { status: 200, body: { results: [{ statement_id: 0 }] } }
    if (request.path === '/api/v3/configure/database') return { status: 200 }
    if (/write/.test(request.path)) return write(request, ++writes)
    return { status: 404, body: { message: `no ${request.path}` } }
  })
  return influxPoints({
    url: server.url,
    token: 'secret-token',
    org: 'shop',
    bucket: 'ecommerce',
    timeoutMs,
  })
}

const writesOf = () => server.requests.filter(({ path }) => /write/.test(path))
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )

describe('writing to InfluxDB', () => {
  test('goes in chunks, one after the other, in milliseconds, integers as integers', async () => {
    const store = await storeOn('2')
    await store.write(
      Array.from({ length: 12_001 }, (_, n) => pointAt(n)),
      [sales],
    )
    await store.close()
    expect(writesOf().map(({ body }) => body.split('\n').length)).toEqual([5000, 5000, 2001])
    const lines = writesOf().flatMap(({ body }) => body.split('\n'))
    expect(lines[12_000]).toBe('sales,category=books orders=1i,revenue=2 12000')
    for (const { query, authorization } of writesOf()) {
      expect(Object.fromEntries(query)).toEqual({
        org: 'shop',
        bucket: 'ecommerce',
        precision: 'ms',
      })
      expect(authorization).toBe('Token secret-token')
    }
  })

  test('stops at the first chunk that fails, tells the error and keeps nothing back', async () => {
    const noise = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
    const store = await storeOn('2', (_, nth) =>
      nth === 2 ? { status: 503, headers: { 'retry-after': '7' } } : { status: 204 },
    )
    const points = Array.from({ length: 12_001 }, (_, n) => pointAt(n))
    const error = await failure(store.write(points, [sales]))
    expect(error).toBeInstanceOf(UnavailableError)
    expect((error as UnavailableError).retryAfterMs).toBe(7000)
    expect(writesOf()).toHaveLength(2)
    await store.write([pointAt(99)], [sales])
    await store.close()
    expect(writesOf()[2].body).toBe('sales,category=books orders=1i,revenue=2 99')
    for (const spy of noise) expect(spy).not.toHaveBeenCalled()
  })

  test.each([
    [429, 'too many requests'],
    [500, 'internal error'],
    [502, '<html>bad gateway</html>'],
    [503, 'timeout'],
    [504, 'timeout'],
    [408, 'timeout'],
  ])('%i is waited for', async (status, message) => {
    const store = await storeOn('2', () => ({ status, body: { message } }))
    const error = await failure(store.write([pointAt(0)], [sales]))
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).toContain('INFLUX_URL')
  })

  test('a full disk of the server is waited for: a disk gets freed', async () => {
    const message = 'engine: write /data/wal/_00001.wal: no space left on device'
    const store = await storeOn('2', () => ({ status: 500, body: { message } }))
    const error = await failure(store.write([pointAt(0)], [sales]))
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).toMatch(/disk of the server at INFLUX_URL is full/)
  })

  test('an answer that comes late is an answer', async () => {
    const store = await storeOn('2', () => ({ status: 204, afterMs: 30 }), undefined, 1000)
    await store.write([pointAt(0)], [sales])
    expect(writesOf()).toHaveLength(1)
  })

  test('a partial write is told with the measurement, and none of its points counts as durable', async () => {
    const message =
      'partial write: field type conflict: input field "orders" on measurement "sales" is type float, ' +
      'already exists as type integer dropped=1'
    const store = await storeOn('1', (_, nth) =>
      nth === 1 ? { status: 400, body: { error: message } } : { status: 204 },
    )
    const points = Array.from({ length: 6000 }, (_, n) => pointAt(n))
    const error = await failure(store.write(points, [sales]))
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain('Could not write points of "sales"')
    expect(String(error)).toContain('input field "orders"')
    expect(writesOf()).toHaveLength(1)
    await store.write(points, [sales])
    expect(writesOf()).toHaveLength(3)
  })

  test('a connection that is cut is waited for', async () => {
    const store = await storeOn('2', () => ({ status: 0, instead: 'cut' }))
    expect(await failure(store.write([pointAt(0)], [sales]))).toBeInstanceOf(UnavailableError)
    await store.close()
  })

  test('a server that takes points but never answers is waited for, and its connection given up', async () => {
    // Long enough for the questions before, which are answered, on a busy machine too.
    const store = await storeOn('2', () => ({ status: 0, instead: 'silence' }), undefined, 500)
    const error = await failure(store.write([pointAt(0)], [sales]))
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).toContain('timed out')
    await store.close()
  })

  test('a server that accepts connections but never answers is waited for', async () => {
    const silence = () => ({ status: 0, instead: 'silence' }) as const
    const store = await storeOn('2', undefined, silence, 50)
    const error = await failure(store.prepare())
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).toContain('no answer within 50ms')
  })

  test.each([
    ['half, then cut', 'cannot be reached'],
    ['half, then silence', 'no answer within 50ms'],
  ] as const)('an answer of which comes %s is waited for', async (instead, words) => {
    const body = { results: [{ series: [{ columns: ['time', 'orders'], values: [[0, 1]] }] }] }
    const half = ({ path }: FakeRequest): FakeAnswer | undefined =>
      path === '/query' ? { status: 200, body, instead } : undefined
    const store = await storeOn('2', undefined, half, 50)
    const error = await failure(store.read(sales, {}))
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).toContain(words)
  })

  test.each([
    [401, 'unauthorized access', 'INFLUX_TOKEN'],
    [403, 'forbidden', 'INFLUX_TOKEN'],
    [404, 'organization name "shop" not found', 'INFLUX_ORG'],
    [404, 'bucket "ecommerce" not found', 'INFLUX_BUCKET'],
    [404, 'database not found: "ecommerce"', 'INFLUX_BUCKET'],
    [500, 'retention policy not found: autogen', 'INFLUX_BUCKET'],
    [422, 'field type conflict: input field "orders" is type float', 'INFLUX_BUCKET'],
    [400, 'partial write: field type conflict', 'INFLUX_BUCKET'],
    [422, 'points beyond retention policy dropped=1', 'INFLUX_BUCKET'],
    [
      400,
      'partial write: max-values-per-tag limit exceeded (100000/100000): measurement="sales"',
      'max-values-per-tag',
    ],
    [413, 'request too large', 'INFLUX_URL'],
    [400, 'something new', 'INFLUX_URL'],
  ])('%i "%s" is refused, naming %s', async (status, message, variable) => {
    const store = await storeOn('2', () => ({ status, body: { code: 'x', message } }))
    const error = await failure(store.write([pointAt(0)], [sales]))
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain(variable)
    expect(String(error)).toContain(message)
    expect(String(error)).not.toContain('secret-token')
  })
})

describe('InfluxDB 1', () => {
  test('is written to as database/autogen of no organisation', async () => {
    const store = await storeOn('1')
    await store.write([pointAt(0)], [sales])
    expect(writesOf()[0].query.get('bucket')).toBe('ecommerce/autogen')
    expect(writesOf()[0].query.get('org')).toBe('-')
    const asked = server.requests.filter(({ path }) => path === '/query')
    expect(asked.map(({ body }) => new URLSearchParams(body).get('q'))).toEqual([
      'SHOW DATABASES',
      'CREATE DATABASE "ecommerce"',
    ])
  })

  test('tells a query error although it answers 200', async () => {
    const store = await storeOn('1', undefined, ({ path }) =>
      path === '/query'
        ? { status: 200, body: { results: [{ error: 'not authorized to execute statement' }] } }
        : undefined,
    )
    expect(String(await failure(store.prepare()))).toContain('INFLUX_TOKEN')
  })
})

describe('InfluxDB 2', () => {
  test('that is not set up says how to set it up', async () => {
    const store = await storeOn('2', undefined, ({ path }) =>
      path === '/api/v2/setup' ? { status: 200, body: { allowed: true } } : undefined,
    )
    const error = await failure(store.prepare())
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toMatch(/not set up.*INFLUX_TOKEN/s)
  })
})

describe('InfluxDB 3, which may keep the older of two equal points,', async () => {
  const fake = await fakeServer(fakeInflux3())
  afterAll(() => fake.close())
  const address = { url: fake.url, token: '', org: '-', bucket: 'shop' }
  describePointsStore('points', () => influxPoints(address), { appendsOnly: true })

  test('takes no window that starts within a second, as its versions would mix', async () => {
    const store = influxPoints(address)
    const error = await failure(store.write([pointAt(500)], [sales], 1))
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toMatch(/"sales".*whole seconds/)
    for (const version of [-1, 0.5, 1e9])
      expect(String(await failure(store.write([pointAt(0)], [sales], version)))).toContain(
        'expected a version of 0 to 999999999',
      )
    await store.close()
  })
})

// As its documentation tells: the HTTP API reference of InfluxDB 3 Core, write_lp, configure/database and /query.
describe('InfluxDB 3', () => {
  test('has its database made, is written to whole or not at all, with a bearer token', async () => {
    const store = await storeOn('3')
    await store.write([pointAt(0)], [sales])
    expect(store.description).toBe(`InfluxDB 3.11.2 ${server.url}/ecommerce`)
    const [made] = server.requests.filter(({ path }) => path === '/api/v3/configure/database')
    expect(JSON.parse(made.body)).toEqual({ db: 'ecommerce' })
    expect(made.authorization).toBe('Bearer secret-token')
    const [write] = writesOf()
    expect(write.path).toBe('/api/v3/write_lp')
    expect(write.authorization).toBe('Bearer secret-token')
    expect(Object.fromEntries(write.query)).toEqual({
      db: 'ecommerce',
      precision: 'nanosecond',
      accept_partial: 'false',
      no_sync: 'false',
    })
    await store.close()
  })

  test('may have its database already', async () => {
    const store = await storeOn('3', undefined, ({ path }) =>
      path === '/api/v3/configure/database' ? { status: 409, body: 'exists' } : undefined,
    )
    await store.prepare()
  })

  test('tells which line it refused', async () => {
    const body = {
      error: 'parsing failed for write_lp endpoint',
      data: [{ line_number: 1, error_message: 'invalid column type for column orders' }],
    }
    const store = await storeOn('3', () => ({ status: 400, body }))
    const error = await failure(store.write([pointAt(0)], [sales]))
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain('line 1: invalid column type for column orders')
    expect(String(error)).toContain('INFLUX_BUCKET')
  })

  test('is read with InfluxQL, answered in chunks or whole; the newest of a window counts', async () => {
    const columns = ['time', 'orders', 'revenue', 'category']
    const chunk = (values: unknown[][]) =>
      `${JSON.stringify({ results: [{ series: [{ name: 'sales', columns, values }] }] })}\n`
    const store = await storeOn('3', undefined, ({ path }) =>
      path === '/query'
        ? {
            status: 200,
            body:
              chunk([
                [0, 3, 1, null],
                [10_000, 7, 8, 'toys'],
              ]) +
              chunk([
                [10_000, 1, 2.5, 'toys'],
                [10_000, 2, null, 'a␊b'],
              ]),
          }
        : undefined,
    )
    expect(await store.read(sales, { fromMs: 0, toMs: 20_000 })).toEqual([
      {
        measurement: 'sales',
        tags: { category: 'unknown' },
        fields: { orders: 3, revenue: 1 },
        timeMs: 0,
      },
      { measurement: 'sales', tags: { category: 'a\nb' }, fields: { orders: 2 }, timeMs: 10_000 },
      {
        measurement: 'sales',
        tags: { category: 'toys' },
        fields: { orders: 1, revenue: 2.5 },
        timeMs: 10_000,
      },
    ])
    const asked = server.requests.find(({ path }) => path === '/query')
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({ db: 'ecommerce', epoch: 'ms' })
    expect(new URLSearchParams(asked?.body).get('q')).toBe(
      'SELECT "orders", "revenue", "category" FROM "sales" WHERE time >= 0ms AND time < 20000ms',
    )
  })
})

describe('InfluxDB after an upgrade', () => {
  test('was taken for another store, so that its job would have begun anew', async () => {
    let version = 'v2.7.12'
    const ping = ({ path }: FakeRequest): FakeAnswer | undefined =>
      path === '/ping' ? { status: 204, headers: { 'x-influxdb-version': version } } : undefined
    const store = await storeOn('2', undefined, ping)
    await store.prepare()
    const before = { identity: store.identity, description: store.description }
    await store.close()
    version = 'v2.8.0'
    await store.prepare()
    expect(store.description).not.toBe(before.description)
    expect(store.identity).toBe(before.identity)
  })
})

describe('the address of InfluxDB', () => {
  test('of another program is refused, naming INFLUX_URL', async () => {
    server = await fakeServer(() => ({ status: 200, body: '<html>' }))
    const store = influxPoints({ url: server.url, token: '', org: 'o', bucket: 'b' })
    const error = await failure(store.prepare())
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain('no InfluxDB. Correct INFLUX_URL')
  })

  test('of an InfluxDB too old is refused with what is needed', async () => {
    server = await fakeServer(() => ({ status: 204, headers: { 'x-influxdb-version': '1.6.7' } }))
    const store = influxPoints({ url: server.url, token: '', org: 'o', bucket: 'b' })
    expect(String(await failure(store.prepare()))).toMatch(/1\.6\.7.*1\.8/)
  })

  test('with a password in it is wrong configuration that does not show the password', () => {
    const url = 'http://me:hidden@127.0.0.1:8086'
    const open = () => influxPoints({ url, token: '', org: 'o', bucket: 'b' })
    expect(open).toThrow(ConfigError)
    expect(open).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hidden') }),
    )
  })
})
