import { describe, expect, it } from 'vitest'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { silentLog } from '../kit/log.ts'
import { buildServer } from './server.ts'
import { manualClock } from './testing/manual-clock.ts'
import { measurements, sale } from './testing/shop.ts'
import { switchableStore } from './testing/switchable-store.ts'

/** Ways out of the directory that is served. */
const OUTSIDE = [
  '/../server.ts',
  '/%2e%2e/server.ts',
  '/%2e%2e%2fserver.ts',
  '/..%5cserver.ts',
  '/vendor/../../server.ts',
  '/vendor/%2e%2e/%2e%2e/%2e%2e/package.json',
  '//etc/passwd',
  '/%00/main.js',
  '/main.js%00.html',
]

const START_MS = 1_700_000_000_000

async function withServer(
  test: (context: {
    server: ReturnType<typeof buildServer>
    store: ReturnType<typeof switchableStore>
    clock: ReturnType<typeof manualClock>
  }) => Promise<void>,
) {
  const store = switchableStore()
  const clock = manualClock(START_MS)
  const server = buildServer({ pipeline: smallShop, points: store, log: silentLog, clock })
  try {
    await test({ server, store, clock })
  } finally {
    await server.close()
  }
}

describe('the page', () => {
  it('is served with all it links, and nothing else of the directory', () =>
    withServer(async ({ server }) => {
      const page = await server.inject('/')
      expect(page.statusCode).toBe(200)
      expect(page.headers['content-type']).toContain('text/html')
      const links = [...page.body.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1])
      expect(links.length).toBeGreaterThan(5)
      for (const link of links) {
        expect((await server.inject(`/${link}`)).statusCode, link).toBe(200)
      }
      for (const path of ['/tsconfig.json', ...OUTSIDE, '/nothing.js'])
        expect((await server.inject(path)).statusCode, path).toBeOneOf([400, 403, 404])
    }))

  it('asks no other host and runs no inline script', () =>
    withServer(async ({ server }) => {
      const { headers, body } = await server.inject('/')
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain('unsafe')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(body).not.toMatch(/https?:\/\//)
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)/)
      expect(body).not.toMatch(/\s(style|on\w+)=/)
    }))

  it('is answered again as unchanged when the browser has it', () =>
    withServer(async ({ server }) => {
      const { headers } = await server.inject('/main.js')
      expect(headers['cache-control']).toBe('no-cache')
      const again = await server.inject({
        url: '/main.js',
        headers: { 'if-none-match': String(headers.etag) },
      })
      expect(again.statusCode).toBe(304)
    }))
})

describe('a page of a stranger', () => {
  it('whose name points at this machine gets nothing', () =>
    withServer(async ({ server, store }) => {
      for (const url of ['/', '/api/pipeline', '/api/view', '/api/live', '/healthz']) {
        const response = await server.inject({ url, headers: { host: 'evil.example:4000' } })
        expect(response.statusCode, url).toBe(421)
        expect(response.body).not.toContain('evil')
      }
      expect(store.reads()).toBe(0)
    }))

  it('may not show ours in a frame, nor read its answers', () =>
    withServer(async ({ server }) => {
      const { headers } = await server.inject({
        url: '/',
        headers: { origin: 'http://evil.example' },
      })
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }))
})

describe('the API', () => {
  it('describes the panels for people', () =>
    withServer(async ({ server }) => {
      const info = (await server.inject('/api/pipeline')).json()
      expect(info).toMatchObject({ name: 'ecommerce', store: 'memory', defaultRange: '1h' })
      expect(info.ranges).toEqual([
        ...['5m', '15m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d', 'all'],
      ])
      expect(info.panels[1]).toEqual({
        id: 'revenue_by_category',
        metric: 'revenue_by_category',
        kind: 'series',
        section: 'Sales',
        title: 'Revenue by category',
        summary: 'Purchase revenue, orders and items per category and country.',
        value: { name: 'revenue', label: 'Revenue', unit: 'currencyUSD', hint: '', kind: 'sum' },
        values: [{ name: 'revenue', label: 'Revenue', unit: 'currencyUSD', hint: '', kind: 'sum' }],
        split: 'category',
        splits: [
          { name: 'category', label: 'Category' },
          { name: 'country', label: 'Country' },
        ],
        folds: [],
        whole: true,
        totals: [
          { name: 'revenue', label: 'Revenue', unit: 'currencyUSD', hint: '', kind: 'sum' },
          { name: 'orders', label: 'Orders', unit: 'short', hint: '', kind: 'sum' },
          {
            name: 'average_order_value',
            label: 'Average order value',
            unit: 'currencyUSD',
            hint: 'revenue ÷ orders',
            kind: 'ratio',
          },
        ],
        windowMs: 10_000,
      })
    }))

  it('answers a view', () =>
    withServer(async ({ server, store }) => {
      await store.write([sale(START_MS - 20_000, '<b>bold</b>', 12.34)], measurements)
      const response = await server.inject('/api/view?range=5m')
      expect(response.statusCode).toBe(200)
      expect(response.headers['cache-control']).toBe('no-store')
      const view = response.json()
      expect(view).toMatchObject({ range: '5m', data: 'here', nowMs: START_MS, toMs: START_MS })
      expect(view.panels[1].series).toMatchObject([{ name: '<b>bold</b>', total: 12.34 }])
    }))

  it('refuses wrong parameters with a sentence for each', () =>
    withServer(async ({ server, store }) => {
      for (const path of ['/api/view', '/api/live']) {
        const response = await server.inject(`${path}?range=2y&points=1`)
        expect(response.statusCode).toBe(400)
        expect(response.json()).toEqual({
          error:
            'range: expected one of 5m, 15m, 1h, 3h, 6h, 12h, 24h, 2d, 7d, 30d, all, got "2y"; ' +
            'points: expected a whole number, 10 to 2000, got "1"',
          problems: [
            { parameter: 'range', what: expect.stringContaining('got "2y"') },
            { parameter: 'points', what: expect.stringContaining('got "1"') },
          ],
        })
      }
      expect(store.reads()).toBe(0)
    }))

  it('filters, splits and compares', () =>
    withServer(async ({ server, store }) => {
      const points = [
        sale(START_MS - 320_000, 'books', 4, 1, 'DE'),
        sale(START_MS - 590_000, 'books', 6, 1, 'DE'),
        sale(START_MS - 20_000, 'books', 5, 1, 'DE'),
        sale(START_MS - 20_000, 'toys', 7, 1, 'US'),
      ]
      await store.write(points, measurements)
      const query = 'range=5m&compare=1&filter=country:DE&split=revenue_by_category:country'
      const view = (await server.inject(`/api/view?${query}`)).json()
      expect(view).toMatchObject({ data: 'here', before: { toMs: START_MS - 300_000 } })
      expect(view.panels[1]).toMatchObject({ split: 'country' })
      expect(view.panels[1].series).toMatchObject([{ name: 'DE', total: 5, before: { total: 10 } }])
      const nothing = (await server.inject('/api/view?range=5m&filter=country:ZZ')).json()
      expect(nothing).toMatchObject({ data: 'filtered' })
    }))

  it('tells the values of a tag, largest first, by the filter of the others', () =>
    withServer(async ({ server, store }) => {
      const points = [
        sale(START_MS - 20_000, 'books', 5, 1, 'DE'),
        sale(START_MS - 20_000, 'toys', 7, 1, 'US'),
        sale(START_MS - 30_000, 'books', 1, 1, 'US'),
      ]
      await store.write(points, measurements)
      const values = async (query: string) =>
        (await server.inject(`/api/values?range=5m&tag=country&${query}`)).json()
      expect(await values('filter=country:DE')).toMatchObject({
        tag: 'country',
        value: { name: 'revenue', unit: 'currencyUSD' },
        values: [
          { name: 'US', total: 8 },
          { name: 'DE', total: 5 },
        ],
        more: 0,
      })
      const books = await values('filter=category:books&panel=revenue_by_category')
      expect(books.values).toEqual([
        { name: 'DE', total: 5 },
        { name: 'US', total: 1 },
      ])
    }))

  it('reads the store no more for another filter, split or tag of what it has just read', () =>
    withServer(async ({ server, store }) => {
      await store.write([sale(START_MS - 20_000, 'books', 5)], measurements)
      await server.inject('/api/view?range=5m')
      const reads = store.reads()
      for (const query of ['filter=country:US', 'split=events_by_segment:', 'filter=gender:F'])
        expect((await server.inject(`/api/view?range=5m&${query}`)).statusCode).toBe(200)
      expect((await server.inject('/api/values?range=5m&tag=country')).statusCode).toBe(200)
      expect(store.reads()).toBe(reads)
    }))

  it('answers 503 while the store is away, and is healthy itself', () =>
    withServer(async ({ server, store }) => {
      store.goDown('InfluxDB at http://127.0.0.1:8086 does not answer')
      const response = await server.inject('/api/view')
      expect(response.statusCode).toBe(503)
      expect(response.json().error).toContain('does not answer')
      const health = await server.inject('/healthz')
      expect(health.statusCode).toBe(200)
      expect(health.json()).toMatchObject({ status: 'ok', store: { state: 'down' } })
      store.recover()
      expect((await server.inject('/api/view')).statusCode).toBe(200)
    }))

  it('pushes views as events until the page goes', () =>
    withServer(async ({ server, store, clock }) => {
      await store.write([sale(START_MS - 20_000, 'books', 5)], measurements)
      const response = await server.inject({ url: '/api/live?range=5m', payloadAsStream: true })
      expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
      expect(response.headers['content-security-policy']).toBeDefined()
      let text = ''
      response.stream().on('data', (chunk) => {
        text += chunk
      })
      await clock.advance(1_500)
      await store.write([sale(START_MS - 10_000, 'books', 7)], measurements)
      await clock.advance(2_000)
      const pieces = [...text.matchAll(/^event: panel\ndata: (.*)$/gm)]
      const totals = pieces
        .map((match) => JSON.parse(match[1]).panel)
        .filter(({ id }) => id === 'revenue_by_category')
        .map((panel) => panel.totals[0].now)
      expect([totals[0], totals.at(-1)]).toEqual([5, 12])
      expect(text.match(/^event: view$/gm)).toHaveLength(2)
      expect(text).toContain('event: store\ndata: {"state":"ok","message":""}\n\n')
    }))
})
