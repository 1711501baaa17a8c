import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkEvent } from '../../data/event-rules.ts'
import { eventSchema } from '../../data/events.generated.ts'
import { createCatalogue } from './catalogue.ts'
import { DAMAGES } from './malformed.ts'
import { DueQueue } from './queue.ts'
import { createRandom, uuidFrom } from './random.ts'

describe('createRandom', () => {
  it('gives the numbers it always gave: seeds people wrote down keep their events', () => {
    const random = createRandom(42, 'shoppers')
    expect([random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
      [
        1770994756,
        3095806703,
        1507764522,
      ]
    `)
    expect(uuidFrom(random)).toMatchInlineSnapshot(`"be0e281e-6d40-410b-959c-6483f61b1583"`)
  })

  it('has a stream of its own for each name and seed', () => {
    const first = (seed: number, stream: string) => createRandom(seed, stream).uint32()
    expect(new Set([first(1, 'a'), first(1, 'b'), first(2, 'a'), first(12, 'a')]).size).toBe(4)
  })

  it('spreads evenly', () => {
    const random = createRandom(5, 'test')
    const counts = new Array(10).fill(0)
    for (let i = 0; i < 100_000; i++) counts[random.below(10)]++
    expect(Math.min(...counts)).toBeGreaterThan(9500)
    expect(Math.max(...counts)).toBeLessThan(10_500)
  })

  it('makes UUIDs of version 4', () => {
    const random = createRandom(5, 'test')
    for (let i = 0; i < 1000; i++)
      expect(uuidFrom(random)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
  })
})

it('DueQueue gives the soonest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (times) => {
      const queue = new DueQueue<{ dueMs: number }>()
      for (const dueMs of times) queue.push({ dueMs })
      const popped = times.map(() => queue.pop()!.dueMs)
      expect(popped).toEqual([...times].sort((a, b) => a - b))
      expect(queue.pop()).toBeUndefined()
      expect(queue.size).toBe(0)
    }),
  )
})

describe('createCatalogue', () => {
  it('is the same for the same seed', async () => {
    expect(await createCatalogue(3, 50)).toEqual(await createCatalogue(3, 50))
    expect(await createCatalogue(4, 50)).not.toEqual(await createCatalogue(3, 50))
  })

  it('has products in every category, prices in whole cents, distinct ids', async () => {
    const { products, categories } = await createCatalogue(3, 300)
    expect(products).toHaveLength(300)
    expect(new Set(products.map((product) => product.id)).size).toBe(300)
    for (const category of categories) expect(category.products.length).toBeGreaterThan(0)
    for (const { price } of products) {
      expect(price).toBeGreaterThan(0)
      expect(Math.round(price * 100) / 100).toBe(price)
    }
  })
})

describe('damage', () => {
  const event = {
    event_id: 'a',
    event_type: 'click',
    user_id: 'user-000001',
    event_time: 1_700_000_000_000,
    page: '/',
  }

  it.each(Object.keys(DAMAGES))('%s makes a record that is no event', (kind) => {
    for (let seed = 0; seed < 20; seed++) {
      const value = DAMAGES[kind](event, createRandom(seed, 'test'))
      expect(isEvent(value)).toBe(false)
    }
  })

  function isEvent(value: Uint8Array | null): boolean {
    if (value === null) return false
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(value)
      const parsed: unknown = JSON.parse(text)
      const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      return isObject && checkEvent(eventSchema, parsed as Record<string, unknown>) === undefined
    } catch {
      return false
    }
  }
})
