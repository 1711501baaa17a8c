// Points of an imagined shop, the same for the same seed: for pictures and tests of the page, without any store.
import type { Point } from '../../data/point.ts'

const WINDOW_MS = 10_000
const GENDERS = { F: 0.52, M: 0.43, unknown: 0.05 }
const AGES = {
  '18-24': { share: 0.17, buys: 0.026 },
  '25-34': { share: 0.29, buys: 0.041 },
  '35-44': { share: 0.24, buys: 0.048 },
  '45-54': { share: 0.16, buys: 0.044 },
  '55-64': { share: 0.09, buys: 0.035 },
  unknown: { share: 0.05, buys: 0.03 },
}
const CATEGORIES = {
  electronics: { share: 0.16, price: 148 },
  fashion: { share: 0.24, price: 46 },
  home: { share: 0.19, price: 61 },
  beauty: { share: 0.15, price: 27 },
  sports: { share: 0.12, price: 55 },
  toys: { share: 0.09, price: 24 },
  books: { share: 0.05, price: 16 },
}

export interface SampleOptions {
  readonly fromMs: number
  readonly toMs: number
  readonly seed?: number
  /** Mean clicks per window. */
  readonly clicks?: number
}

/** Points of the three e-commerce metrics for every 10 s window of [fromMs, toMs). */
export function samplePoints(options: SampleOptions): Point[] {
  const { fromMs, toMs, seed = 42, clicks = 620 } = options
  const random = mulberry32(seed)
  const points: Point[] = []
  for (let timeMs = Math.ceil(fromMs / WINDOW_MS) * WINDOW_MS; timeMs < toMs; timeMs += WINDOW_MS) {
    const level = clicks * courseAt(timeMs) * (0.94 + 0.12 * random())
    const people = segments(level, timeMs, random)
    const purchases = people.reduce((sum, point) => sum + (point.fields.purchases ?? 0), 0)
    points.push(...people, ...sales(purchases, timeMs, random))
  }
  return points
}

/** A slow rise and fall with a wave upon it, around 1. */
function courseAt(timeMs: number): number {
  const hours = timeMs / 3_600_000
  return (
    1 + 0.22 * Math.sin(hours * 2.1) + 0.1 * Math.sin(hours * 9.7) + 0.04 * Math.sin(hours * 31)
  )
}

function segments(level: number, timeMs: number, random: () => number): Point[] {
  const points: Point[] = []
  for (const [gender, genderShare] of Object.entries(GENDERS)) {
    for (const [age_group, { share, buys }] of Object.entries(AGES)) {
      const clicks = about(level * genderShare * share, random)
      const purchases = about(clicks * buys, random)
      const tags = { gender, age_group }
      const conversion = clicks > 0 ? { conversion: purchases / clicks } : {}
      const fields = { clicks, purchases, ...conversion }
      points.push({ measurement: 'conversion_by_segment', tags, fields, timeMs })
      for (const [event_type, events] of [
        ['click', clicks],
        ['purchase', purchases],
      ] as const) {
        if (events === 0) continue
        const all = { event_type, ...tags, country: 'US' }
        const users = Math.ceil(events * 0.7)
        points.push({
          measurement: 'events_by_segment',
          tags: all,
          fields: { events, users },
          timeMs,
        })
      }
    }
  }
  return points
}

/** Purchases of a window by category: each is an order, none is lost. */
function sales(purchases: number, timeMs: number, random: () => number): Point[] {
  const sold = new Map<string, { orders: number; items: number; cents: number }>()
  for (let order = 0; order < purchases; order++) {
    const category = pick(CATEGORIES, random())
    const items = random() < 0.3 ? 2 : 1
    const cents = Math.round(CATEGORIES[category].price * (0.6 + 0.8 * random()) * 100) * items
    const before = sold.get(category) ?? { orders: 0, items: 0, cents: 0 }
    sold.set(category, {
      orders: before.orders + 1,
      items: before.items + items,
      cents: before.cents + cents,
    })
  }
  return [...sold].map(([category, { orders, items, cents }]) => {
    const revenue = cents / 100
    const fields = { revenue, orders, items, average_order_value: revenue / orders }
    return {
      measurement: 'revenue_by_category',
      tags: { category, country: 'US' },
      fields,
      timeMs,
    }
  })
}

/** The name at `place`, 0 to 1, of names lined up by their shares. */
function pick<Name extends string>(
  shares: Readonly<Record<Name, { readonly share: number }>>,
  place: number,
): Name {
  const names = Object.keys(shares) as Name[]
  let left = place
  for (const name of names) {
    left -= shares[name].share
    if (left < 0) return name
  }
  return names[names.length - 1]
}

/** A whole number near `mean`, scattered as counts are. */
function about(mean: number, random: () => number): number {
  const scatter = random() + random() + random() - 1.5
  return Math.max(0, Math.round(mean + scatter * Math.sqrt(mean) * 2 * 0.6))
}

/** Small seeded generator, uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
