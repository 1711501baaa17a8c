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
export function samplePoints({ fromMs, toMs, seed = 42, clicks = 620 }: SampleOptions): Point[] {
  const random = mulberry32(seed)
  const points: Point[] = []
  for (let timeMs = Math.ceil(fromMs / WINDOW_MS) * WINDOW_MS; timeMs < toMs; timeMs += WINDOW_MS) {
    const level = clicks * courseAt(timeMs) * (0.94 + 0.12 * random())
    points.push(...segments(level, timeMs, random), ...sales(level, timeMs, random))
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

function sales(level: number, timeMs: number, random: () => number): Point[] {
  return Object.entries(CATEGORIES).flatMap(([category, { share, price }]) => {
    const orders = about(level * 0.04 * share, random)
    if (orders === 0) return []
    const items = orders + about(orders * 0.4, random)
    const revenue = Math.round(items * price * (0.8 + 0.4 * random()) * 100) / 100
    const fields = { revenue, orders, items, average_order_value: revenue / orders }
    const tags = { category, country: 'US' }
    return [{ measurement: 'revenue_by_category', tags, fields, timeMs }]
  })
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
