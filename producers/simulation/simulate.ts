// The simulated shop: the records it sends, one after the other, with the time each is sent. Pure: the same settings and
// catalogue give the same records, byte for byte.
import type { Event } from '../../data/events.generated.ts'
import { type Arrivals, createArrivals } from './arrivals.ts'
import type { Catalogue } from './catalogue.ts'
import { type CrowdSettings, createCrowd } from './crowd.ts'
import { damage } from './malformed.ts'
import { createRandom, type Random, uuidFrom } from './random.ts'

export interface ShopSettings extends CrowdSettings {
  readonly seed: number
  /** Records per second: exactly, or on the average of a day. */
  readonly rate: number
  readonly arrivals: Arrivals
  /** Where the simulated clock starts, epoch milliseconds. */
  readonly startMs: number
  /** Shares of the records, 0 to 1, together at most 1. */
  readonly lateShare: number
  readonly duplicateShare: number
  readonly malformedShare: number
  /** An ordinary event's time lies at most so far behind the moment it is sent. */
  readonly disorderMs: number
}

export type RecordKind = 'ordinary' | 'late' | 'duplicate' | 'malformed'

export interface SimulatedRecord {
  readonly kind: RecordKind
  /** When it is sent, milliseconds after the start; never falls from one record to the next. */
  readonly atMs: number
  /** The user's id. */
  readonly key: string
  readonly value: Uint8Array | null
}

/** How far behind a late event is. */
const LATE_MS = { from: 10_000, to: 120_000 }
/** A duplicate is sent within so long of the original, and is one of so many of the last events. */
const DUPLICATE_WITHIN_MS = 3000
const REMEMBERED = 512

/** The next record at each call, without end. */
export function simulateShop(settings: ShopSettings, catalogue: Catalogue): () => SimulatedRecord {
  const shoppers = createRandom(settings.seed, 'shoppers')
  const faults = createRandom(settings.seed, 'faults')
  const ids = createRandom(settings.seed, 'ids')
  const crowd = createCrowd(settings, catalogue, shoppers)
  const arriveAt = createArrivals(settings.arrivals, settings.startMs)
  const sent = new Recent(
    Math.min(REMEMBERED, Math.ceil((settings.rate * DUPLICATE_WITHIN_MS) / 1000)),
  )
  const lateBelow = settings.lateShare
  const duplicateBelow = lateBelow + settings.duplicateShare
  const malformedBelow = duplicateBelow + settings.malformedShare
  let beat = 0

  return () => {
    const beatMs = (beat++ * 1000) / settings.rate
    const atMs = Math.floor(arriveAt(beatMs))
    const chance = faults.unit()
    if (chance >= lateBelow && chance < duplicateBelow && sent.size > 0)
      return { ...sent.pick(faults), kind: 'duplicate', atMs }
    const { visit, action } = crowd(beatMs)
    const isLate = chance < lateBelow
    const behindMs = isLate
      ? LATE_MS.from + faults.below(LATE_MS.to - LATE_MS.from)
      : disorder(settings.disorderMs, faults)
    const event = {
      event_id: uuidFrom(ids),
      event_type: action.event_type,
      user_id: visit.userId,
      session_id: visit.sessionId,
      event_time: settings.startMs + atMs - behindMs,
      product_id: action.product_id,
      category: action.category,
      page: action.page,
      quantity: action.quantity,
      unit_price: action.unit_price,
      currency: action.currency,
    } satisfies Record<keyof Event, unknown>
    if (chance >= duplicateBelow && chance < malformedBelow)
      return { kind: 'malformed', atMs, key: visit.userId, value: damage(event, faults) }
    const record: SimulatedRecord = {
      kind: isLate ? 'late' : 'ordinary',
      atMs,
      key: visit.userId,
      value: Buffer.from(JSON.stringify(event)),
    }
    sent.add(record)
    return record
  }
}

/** Most events come at once, few need nearly all the time they may. */
const disorder = (mostMs: number, random: Random): number =>
  Math.floor((mostMs + 1) * random.unit() ** 4)

/** The last few records. */
class Recent {
  readonly #records: SimulatedRecord[] = []
  readonly #most: number
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#records.length
  }

  add(record: SimulatedRecord): void {
    this.#records[this.#next] = record
    this.#next = (this.#next + 1) % this.#most
  }

  pick(random: Random): SimulatedRecord {
    return this.#records[random.below(this.#records.length)]
  }
}
