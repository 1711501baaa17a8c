import { beforeAll, describe, expect, it } from 'vitest'
import { checkEvent } from '../../data/event-rules.ts'
import { type Event, eventSchema } from '../../data/events.generated.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { type ShopSettings, type SimulatedRecord, simulateShop } from './simulate.ts'

const START_MS = Date.UTC(2026, 0, 5, 12)

const settings: ShopSettings = {
  seed: 7,
  rate: 100,
  arrivals: 'steady',
  startMs: START_MS,
  users: 1000,
  lateShare: 0,
  duplicateShare: 0,
  malformedShare: 0,
  unknownUserShare: 0,
  disorderMs: 2000,
}

let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await createCatalogue(7, 200)
})

function simulate(changes: Partial<ShopSettings>, count: number): SimulatedRecord[] {
  const next = simulateShop({ ...settings, ...changes }, catalogue)
  return Array.from({ length: count }, next)
}

const eventOf = (record: SimulatedRecord): Event =>
  JSON.parse(Buffer.from(record.value!).toString()) as Event

const faults = { lateShare: 0.1, duplicateShare: 0.05, malformedShare: 0.02, unknownUserShare: 0.2 }

describe('simulateShop', () => {
  it('gives the same bytes for the same seed, and others for another one', () => {
    const texts = (seed: number) =>
      simulate({ ...faults, seed }, 2000).map((r) => [r.atMs, r.key, String(r.value)])
    expect(texts(7)).toEqual(texts(7))
    expect(texts(8)).not.toEqual(texts(7))
  })

  it('gives the same events in the same order whenever it starts, shifted in time', () => {
    const later = simulate({ startMs: START_MS + 123_456_789 }, 500).map(eventOf)
    const shifted = simulate({}, 500)
      .map(eventOf)
      .map((event) => ({ ...event, event_time: event.event_time + 123_456_789 }))
    expect(later).toEqual(shifted)
  })

  it('keeps who does what at every hour when arrivals follow the day', () => {
    const identities = (startMs: number) =>
      simulate({ arrivals: 'daily', startMs }, 500)
        .map(eventOf)
        .map((event) => [event.event_id, event.user_id, event.product_id, event.page])
    expect(identities(START_MS)).toEqual(identities(START_MS + 9 * 3_600_000))
  })

  it('keeps a rate exactly and never goes back', () => {
    const records = simulate({ rate: 250 }, 1000)
    expect(records.map((record) => record.atMs)).toEqual(records.map((_, i) => i * 4))
  })

  it('makes valid events with distinct ids, at most the disorder behind', () => {
    const records = simulate({ unknownUserShare: 0.2 }, 3000)
    const events = records.map(eventOf)
    expect(events.map((event) => checkEvent(eventSchema, { ...event }))).toEqual(
      events.map(() => undefined),
    )
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length)
    const behindMs = records.map((record, i) => START_MS + record.atMs - events[i].event_time)
    expect(Math.min(...behindMs)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...behindMs)).toBeLessThanOrEqual(2000)
    expect(Math.max(...behindMs)).toBeGreaterThan(1000)
  })

  it('keeps the shares it is told', () => {
    const records = simulate(faults, 20_000)
    const share = (is: (record: SimulatedRecord) => boolean) =>
      records.filter(is).length / records.length
    expect(share((record) => record.kind === 'late')).toBeCloseTo(0.1, 2)
    expect(share((record) => record.kind === 'duplicate')).toBeCloseTo(0.05, 2)
    expect(share((record) => record.kind === 'malformed')).toBeCloseTo(0.02, 2)
    expect(share((record) => record.key.startsWith('guest-'))).toBeCloseTo(0.2, 1)
  })

  it('sends late events 10 to 120 s behind', () => {
    const late = simulate({ lateShare: 0.5 }, 2000).filter((record) => record.kind === 'late')
    const behindMs = late.map((record) => START_MS + record.atMs - eventOf(record).event_time)
    expect(Math.min(...behindMs)).toBeGreaterThanOrEqual(10_000)
    expect(Math.max(...behindMs)).toBeLessThanOrEqual(120_000)
  })

  it('sends duplicates byte for byte, within seconds of the original', () => {
    const records = simulate({ duplicateShare: 0.1 }, 5000)
    const firstAtMs = new Map<string, number>()
    let duplicates = 0
    for (const record of records) {
      const text = String(record.value)
      if (record.kind === 'duplicate') {
        duplicates++
        expect(record.atMs - firstAtMs.get(text)!).toBeGreaterThanOrEqual(0)
        expect(record.atMs - firstAtMs.get(text)!).toBeLessThanOrEqual(6000)
      } else firstAtMs.set(text, record.atMs)
    }
    expect(duplicates).toBeGreaterThan(400)
  })

  it('keys every record by its user', () => {
    for (const record of simulate({ lateShare: 0.1, duplicateShare: 0.1 }, 500))
      expect(record.key).toBe(eventOf(record).user_id)
  })

  it('names known users as the demographics do', () => {
    const ids = new Set(simulate({ users: 20 }, 5000).map((record) => record.key))
    expect([...ids].sort()[0]).toBe('user-000000')
    expect([...ids].sort().at(-1)).toBe('user-000019')
  })
})

describe('shoppers', () => {
  /** Events by visit, in order, with the time each was sent. */
  let all: { atMs: number; event: Event }[][] = []
  beforeAll(() => {
    all = visits(60_000)
  })

  function visits(count: number) {
    const bySession = new Map<string, { atMs: number; event: Event }[]>()
    for (const record of simulate({ users: 20_000, disorderMs: 0 }, count)) {
      const event = eventOf(record)
      const visit = bySession.get(event.session_id!)
      if (visit === undefined) bySession.set(event.session_id!, [{ atMs: record.atMs, event }])
      else visit.push({ atMs: record.atMs, event })
    }
    return [...bySession.values()]
  }

  it('browse several pages, with pauses to think', () => {
    const length = all.reduce((sum, visit) => sum + visit.length, 0) / all.length
    expect(length).toBeGreaterThan(4)
    expect(length).toBeLessThan(9)
    const pauses = all
      .flatMap((visit) => visit.slice(1).map((step, i) => step.atMs - visit[i].atMs))
      .sort((a, b) => a - b)
    expect(pauses[Math.floor(pauses.length / 2)]).toBeGreaterThan(5000)
    expect(pauses.at(-1)).toBeLessThan(300_000)
  })

  it('are one user each, who buys at the end if at all, in 3 to 5 % of the visits', () => {
    const buying = all.filter((visit) => visit.some(({ event }) => event.event_type === 'purchase'))
    expect(buying.length / all.length).toBeGreaterThan(0.03)
    expect(buying.length / all.length).toBeLessThan(0.05)
    for (const visit of all) {
      expect(new Set(visit.map(({ event }) => event.user_id)).size).toBe(1)
      const types = visit.map(({ event }) => event.event_type).join(' ')
      expect(types).toMatch(/^(click ?)*(purchase ?)*$/)
    }
  })

  it('some put things into the cart and leave', () => {
    const ends = all.map((visit) => visit.at(-1)!.event)
    expect(ends.filter((event) => event.page === '/cart').length).toBeGreaterThan(20)
    expect(ends.filter((event) => event.page === '/checkout').length).toBeGreaterThan(20)
  })

  it('make one visit at a time', () => {
    const last = new Map<string, string>()
    const over = new Set<string>()
    for (const record of simulate({ users: 20_000 }, 20_000)) {
      const { user_id, session_id } = eventOf(record)
      const before = last.get(user_id)
      if (before !== session_id) {
        expect(over.has(session_id!)).toBe(false)
        if (before !== undefined) over.add(before)
        last.set(user_id, session_id!)
      }
    }
    expect(last.size).toBeGreaterThan(1000)
  })

  it('keep up any rate, however few they are', () => {
    const records = simulate({ users: 3, rate: 50_000 }, 10_000)
    expect(records.at(-1)!.atMs).toBe(199)
    expect(new Set(records.map((record) => record.key)).size).toBe(3)
  })

  it('favour few products', () => {
    const seen = new Map<string, number>()
    for (const event of simulate({}, 20_000).map(eventOf)) {
      if (typeof event.product_id === 'string')
        seen.set(event.product_id, (seen.get(event.product_id) ?? 0) + 1)
    }
    const counts = [...seen.values()].sort((a, b) => b - a)
    const total = counts.reduce((sum, n) => sum + n, 0)
    expect(counts.length).toBeGreaterThan(150)
    expect(counts.slice(0, 20).reduce((sum, n) => sum + n, 0) / total).toBeGreaterThan(0.3)
  })
})
