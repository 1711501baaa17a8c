import { describe, expect, it } from 'vitest'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { silentLog } from '../kit/log.ts'
import type { StoreState, View } from './api.ts'
import { createHub } from './hub.ts'
import { createPieces } from './public/pieces.js'
import { checkViewQuery } from './query.ts'
import { manualClock, settled } from './testing/manual-clock.ts'
import { measurements, sale } from './testing/shop.ts'
import { switchableStore } from './testing/switchable-store.ts'

const START_MS = 1_700_000_000_000

function queryOf(parameters: Record<string, string>) {
  const checked = checkViewQuery(parameters, smallShop)
  if (!('query' in checked)) throw new Error('expected a right query')
  return checked.query
}

function setUp() {
  const store = switchableStore()
  const clock = manualClock(START_MS)
  const hub = createHub({ pipeline: smallShop, points: store, clock, log: silentLog })
  const listen = (parameters: Record<string, string> = {}) => {
    const views: View[] = []
    const sentIds: string[] = []
    const states: StoreState[] = []
    const pieces = createPieces()
    const end = hub.listen(queryOf(parameters), {
      onChange: (event, json) => {
        const data = JSON.parse(json)
        if (event === 'view') views.push(pieces.view(data))
        else pieces.take(data)
        if (event === 'panel') sentIds.push(data.panel.id)
      },
      onStore: (state) => states.push(state),
    })
    return { views, sentIds, states, end }
  }
  const write = (timeMs: number, revenue: number) =>
    store.write([sale(timeMs, 'books', revenue)], measurements)
  return { store, clock, hub, listen, write }
}

const revenueOf = (view: View | undefined) =>
  view?.panels.find((panel) => panel.id === 'revenue_by_category')?.totals[0].now

describe('createHub', () => {
  it('reads nothing before somebody listens and nothing after the last has gone', async () => {
    const { store, clock, hub, listen } = setUp()
    await clock.advance(10_000)
    expect(store.reads()).toBe(0)
    const one = listen()
    await clock.advance(5_000)
    expect(store.reads()).toBeGreaterThan(0)
    one.end()
    await clock.advance(2_000)
    const reads = store.reads()
    await clock.advance(60_000)
    expect(store.reads()).toBe(reads)
    await hub.close()
  })

  it('costs the store the same for ten pages as for one', async () => {
    const readsWith = async (pages: number) => {
      const { store, clock, hub, listen, write } = setUp()
      await write(START_MS - 20_000, 5)
      const open = Array.from({ length: pages }, () => listen())
      await clock.advance(30_000)
      for (const { views } of open) expect(revenueOf(views.at(-1))).toBe(5)
      await hub.close()
      return store.reads()
    }
    expect(await readsWith(10)).toBe(await readsWith(1))
  })

  it('sends new numbers within two seconds, and nothing while nothing changes', async () => {
    const { clock, hub, listen, write } = setUp()
    await write(START_MS - 20_000, 5)
    const { views } = listen()
    await clock.advance(1_000)
    expect(revenueOf(views.at(-1))).toBe(5)
    const sent = views.length
    await clock.advance(3_000)
    expect(views).toHaveLength(sent)
    await write(START_MS - 10_000, 2.5)
    await clock.advance(2_000)
    expect(revenueOf(views.at(-1))).toBe(7.5)
    await hub.close()
  })

  it('sends only the panels that changed, and a whole view to one who comes later', async () => {
    const { clock, hub, listen, write } = setUp()
    const query = { from: String(START_MS - 600_000), to: String(START_MS) }
    await write(START_MS - 20_000, 5)
    const { views, sentIds } = listen(query)
    await clock.advance(1_500)
    const all = views[0].panels.length
    expect(all).toBeGreaterThan(2)
    const sent = sentIds.length
    expect(sent).toBe(all)
    await write(START_MS - 20_000, 7)
    await clock.advance(2_000)
    const ids = sentIds.slice(sent)
    expect(ids).toContain('revenue_by_category')
    for (const id of ids) expect(id).toMatch(/^revenue_by_category/)
    expect(listen(query).views[0].panels).toHaveLength(all)
    await hub.close()
  })

  it('gives one who comes later the present view at once', async () => {
    const { clock, hub, listen, write } = setUp()
    await write(START_MS - 20_000, 5)
    listen()
    await clock.advance(1_500)
    const late = listen()
    expect(revenueOf(late.views[0])).toBe(5)
    expect(late.states).toEqual([{ state: 'ok', message: '' }])
    await hub.close()
  })

  it('tells once that the store is away, asks it less and less, and goes on when it is back', async () => {
    const { store, clock, hub, listen, write } = setUp()
    await write(START_MS - 20_000, 5)
    const { states, views } = listen()
    await clock.advance(1_500)
    store.goDown('nobody listens on 127.0.0.1:8086')
    await clock.advance(60_000)
    expect(states.map((one) => one.state)).toEqual(['ok', 'down'])
    expect(states[1].message).toContain('nobody listens on 127.0.0.1:8086')
    const reads = store.reads()
    await clock.advance(60_000)
    expect(store.reads() - reads).toBeLessThanOrEqual(7)
    store.recover()
    await write(clock.nowMs() - 20_000, 8)
    await clock.advance(12_000)
    expect(states.map((one) => one.state)).toEqual(['ok', 'down', 'ok'])
    expect(revenueOf(views.at(-1))).toBe(13)
    await hub.close()
  })

  it('tells that the store is slow while it waits, and asks it no second time meanwhile', async () => {
    const { store, clock, hub, listen } = setUp()
    store.hang()
    const { states } = listen()
    await clock.advance(30_000)
    expect(states.map((one) => one.state)).toEqual(['ok', 'slow'])
    expect(store.reads()).toBeLessThanOrEqual(1)
    store.recover()
    await clock.advance(1_000)
    expect(states.at(-1)).toEqual({ state: 'ok', message: '' })
    await hub.close()
  })

  it('says where data is when the range holds none, and that there is none anywhere', async () => {
    const { hub } = setUp()
    const query = queryOf({ range: '5m' })
    expect(await hub.view(query)).toMatchObject({ data: 'nowhere', extent: null, changedMs: null })
    await hub.close()
    const other = setUp()
    const oldMs = Date.parse('2010-12-01T08:26:00Z')
    await other.write(oldMs, 5)
    expect(await other.hub.view(query)).toMatchObject({
      data: 'elsewhere',
      extent: { fromMs: oldMs, toMs: oldMs + 10_000 },
    })
    const all = await other.hub.view(queryOf({ range: 'all' }))
    expect(all).toMatchObject({ data: 'here', fromMs: oldMs, toMs: oldMs + 10_000 })
    expect(revenueOf(all)).toBe(5)
    await other.hub.close()
  })

  it('shows no store failure to one who asks for a single view but the error itself', async () => {
    const { store, hub } = setUp()
    store.goDown('away')
    await expect(hub.view(queryOf({}))).rejects.toThrow('away')
    expect(hub.health().state()).toMatchObject({ state: 'down' })
    await hub.close()
  })

  it('forgets views nobody looks at', async () => {
    const { clock, hub, store } = setUp()
    for (let i = 0; i < 70; i++) {
      await hub.view(queryOf({ from: String(i), to: String(i + 1000) }))
      await clock.advance(10)
    }
    await settled()
    const reads = store.reads()
    // Long forgotten: read from the start again, but no more than once.
    await hub.view(queryOf({ from: '0', to: '1000' }))
    expect(store.reads()).toBeGreaterThan(reads)
    await hub.close()
  })
})
