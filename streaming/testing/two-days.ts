// For tests: two days of a shop, awkward on purpose: visits with silences, orders of several lines, disorder, copies, what
// cannot be an event, and what comes too late. The same for the same seed.
import { FILES_START_MS, isoInZone, randomOf, userId } from './shop-files.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const USERS = 400
const DISORDER_MS = 4_990
const RUSH_ORDERS = 200
const CATEGORIES = ['books', 'Bücher, "alt"', 'toys', 'garden', '', null, '🎈 balloons']
/** Between two events of a visit: most are short, some are the silence that ends one, to the millisecond. */
const SILENCES_MS = [30 * MINUTE_MS - 1, 30 * MINUTE_MS, 9_999, 10_000, 0, 55 * MINUTE_MS]
/** Long before, so that users are known, and so long before that they are new again. */
const EARLIER_DAYS = [40, 20]
/** When all that went before is over: every partition gets some. */
const LAST_MS = FILES_START_MS + 2 * DAY_MS + 3 * 3_600_000 + 7_000
const NO_EVENTS: readonly string[] = [
  '{"event_id":"cut","event_type":"click","user_id":"user-1","event_t',
  '[1, 2]',
  'nothing like it',
]

export interface TwoDays {
  readonly seed: number
  readonly visits: number
  /**
   * `any`: from seconds to hours. What is late is told by partition, and a file is one: it takes a log of one partition.
   * `hopeless`: from before all windows, with any partitions.
   */
  readonly late: 'any' | 'hopeless'
}

type Event = Readonly<Record<string, unknown>> & { readonly event_time: number }

interface Arriving {
  readonly arrivesMs: number
  readonly line: string
}

export function twoDays({ seed, visits, late }: TwoDays): string[] {
  const random = randomOf(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]
  let made = 0
  const all = [...earlier(), ...rush(), ...Array.from({ length: visits }, () => visit()).flat()]
  const lines = all
    .flatMap(arrivals)
    .sort((a, b) => a.arrivesMs - b.arrivesMs)
    .map(({ line }) => line)
  return [...lines, ...last()]

  function event(timeMs: number, user: number, more: object = {}): Event {
    const event_id = `${seed}-${made++}`
    return { event_id, event_type: 'click', user_id: userId(user), event_time: timeMs, ...more }
  }

  function earlier(): Event[] {
    return EARLIER_DAYS.flatMap((days, turn) =>
      Array.from({ length: USERS / 2 }, (_, n) =>
        event(FILES_START_MS - days * DAY_MS + n * 100, n + (turn * USERS) / 4),
      ),
    )
  }

  /** So many orders in a minute that their percentiles are apart. */
  function rush(): Event[] {
    const startMs = FILES_START_MS + DAY_MS
    return Array.from({ length: RUSH_ORDERS }, (_, n) =>
      order(startMs + below(45_000), below(USERS), { session_id: `rush-${n}` }),
    ).flat()
  }

  /** Some have no id, some are two people's. */
  function visit(): Event[] {
    const session = random() < 0.05 ? null : `visit-${seed}-${below(visits)}`
    const user = Math.floor(random() ** 2 * USERS)
    const events: Event[] = []
    let timeMs = FILES_START_MS + below(2 * DAY_MS)
    for (let left = 1 + below(10); left > 0; left--) {
      const own = { ...product(), session_id: session }
      const goesOn = random()
      if (goesOn < 0.2) events.push(...order(timeMs, user, own))
      else if (goesOn < 0.9) events.push(event(timeMs, user, { ...own, page: page() }))
      // Something else, that has a price.
      else events.push(event(timeMs, user, { ...own, ...price(), event_type: 'wishlist' }))
      timeMs += random() < 0.15 ? pick(SILENCES_MS) : below(3 * MINUTE_MS)
    }
    return events
  }

  function order(timeMs: number, user: number, own: object): Event[] {
    return Array.from({ length: 1 + below(3) }, () =>
      event(timeMs, user, { ...own, ...product(), ...price(), event_type: 'purchase' }),
    )
  }

  function product(): object {
    return random() < 0.3 ? {} : { product_id: `p-${below(60)}`, category: pick(CATEGORIES) }
  }

  function page(): string | null {
    return pick(['/', '/cart', '/cart', '/checkout', '/checkout', null])
  }

  /** Prices are few, so that some products come to the same. */
  function price(): object {
    const cents = random() < 0.01 ? 1e10 + made : random() < 0.5 ? 999 : below(20_000)
    return { quantity: random() < 0.01 ? 1_000 : 1 + below(3), unit_price: cents / 100 }
  }

  /** In time, or late; some twice; now and then with something beside it that is no event. */
  function arrivals(own: Event): Arriving[] {
    const arrivesMs = own.event_time + random() * DISORDER_MS
    const line = lineOf(own)
    const chance = random()
    if (chance < 0.02)
      return [
        { arrivesMs, line },
        { arrivesMs: arrivesMs + below(9_000), line },
      ]
    if (chance < 0.03)
      return [
        { arrivesMs, line },
        { arrivesMs, line: noEvent(own) },
      ]
    // What was long before is never late: the first of each partition is of it.
    if (chance > 0.98 && own.event_time >= FILES_START_MS) return [lateOne(own, arrivesMs)]
    return [{ arrivesMs, line }]
  }

  function lateOne(own: Event, arrivesMs: number): Arriving {
    if (late === 'any') {
      const byMs = pick([15_000, MINUTE_MS, 3 * MINUTE_MS, 45 * MINUTE_MS, 20 * 60 * MINUTE_MS])
      return { arrivesMs: arrivesMs + random() * byMs, line: lineOf(own) }
    }
    return { arrivesMs, line: lineOf({ ...own, event_time: FILES_START_MS - 60 * DAY_MS }) }
  }

  function noEvent(own: Event): string {
    const wrong = [
      { user_id: undefined },
      { event_type: null },
      { event_time: 'noon' },
      { event_type: 'purchase', quantity: undefined, unit_price: 1 },
      { event_type: 'purchase', quantity: -2, unit_price: 1 },
      { event_type: 'purchase', quantity: 1, unit_price: 0.001 },
    ]
    if (random() < 0.3) return pick(NO_EVENTS)
    return JSON.stringify({ ...own, event_id: `${own.event_id}-wrong`, ...pick(wrong) })
  }

  function lineOf(own: Event): string {
    if (random() < 0.9) return JSON.stringify(own)
    return JSON.stringify({ ...own, event_time: isoInZone(own.event_time, below(25) - 12) })
  }

  function last(): string[] {
    return Array.from({ length: USERS }, (_, n) => {
      const more = { session_id: `last-${n}`, product_id: `p-${n % 60}`, category: 'books' }
      const bought = n % 3 === 0 ? { event_type: 'purchase', quantity: 1, unit_price: 5 } : {}
      return JSON.stringify(event(LAST_MS, n, { ...more, ...bought }))
    })
  }
}
