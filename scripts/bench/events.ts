// The benchmark's events, from a seed: what a shop's click stream looks like, 240 bytes each, two events a millisecond.
import { random } from './random.ts'

const CATEGORIES = [
  'electronics',
  'fashion',
  'home',
  'beauty',
  'sports',
  'toys',
  'books',
  'grocery',
]
const PAGES = ['/', '/search', '/product', '/cart', '/checkout']
const FIRST_TIME_MS = Date.UTC(2026, 0, 1)
const DISORDER_MS = 2_000

export interface BenchRecord {
  readonly key: string
  readonly value: Buffer
}

/** `count` records over `users` users; the same for the same seed. */
export function* benchRecords(count: number, users: number, seed: number): Generator<BenchRecord> {
  const { next, pick, hex } = random(seed)
  for (let i = 0; i < count; i++) {
    const userId = `user-${String(pick(users)).padStart(6, '0')}`
    const common = {
      event_id: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
      event_type: next() < 0.85 ? 'click' : 'purchase',
      user_id: userId,
      session_id: hex(16),
      event_time: new Date(FIRST_TIME_MS + i * 0.5 - pick(DISORDER_MS)).toISOString(),
      product_id: `p-${pick(5000)}`,
      category: CATEGORIES[pick(CATEGORIES.length)],
    }
    const event =
      common.event_type === 'click'
        ? { ...common, page: PAGES[pick(PAGES.length)] }
        : { ...common, quantity: 1 + pick(4), unit_price: pick(20_000) / 100, currency: 'USD' }
    yield { key: userId, value: Buffer.from(JSON.stringify(event)) }
  }
}
