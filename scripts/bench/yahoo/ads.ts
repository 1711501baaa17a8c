// The benchmark's data from a seed: campaigns of ten ads each, and events of ads as Yahoo's generator makes them.
import type { LookupStore } from '../../../stores/lookup/lookup-store.ts'
import { type Random, random } from '../random.ts'

export const ADS_PER_CAMPAIGN = 10

const AD_TYPES = ['banner', 'modal', 'sponsored-search', 'mail', 'mobile']
const EVENT_TYPES = ['view', 'click', 'purchase']
const USERS = 100
const PAGES = 100
const FIRST_TIME_MS = Date.UTC(2026, 0, 1)
/** Yahoo's generator shifts events by up to 50 ms, and by up to a minute once in 100,000. */
const DISORDER_MS = 50

export interface AdEvent {
  readonly user_id: string
  readonly page_id: string
  readonly ad_id: string
  readonly ad_type: string
  readonly event_type: string
  /** Epoch milliseconds. */
  readonly event_time: number
  readonly ip_address: string
}

/** `campaigns` of them; the same for the same seed. */
export class Ads {
  readonly campaignOf: ReadonlyMap<string, string>
  readonly #ads: readonly string[]
  readonly #users: readonly string[]
  readonly #pages: readonly string[]
  readonly #random: Random

  constructor(campaigns: number, seed: number) {
    this.#random = random(seed)
    const campaignIds = this.#uuids(campaigns)
    this.#ads = this.#uuids(campaigns * ADS_PER_CAMPAIGN)
    this.#users = this.#uuids(USERS)
    this.#pages = this.#uuids(PAGES)
    this.campaignOf = new Map(
      this.#ads.map((ad, n) => [ad, campaignIds[Math.floor(n / ADS_PER_CAMPAIGN)]]),
    )
  }

  /** The next `count` events, `perMs` of them a millisecond; only once for one object. */
  *events(count: number, perMs: number): Generator<AdEvent> {
    const { pick } = this.#random
    const oneOf = (values: readonly string[]) => values[pick(values.length)]
    for (let n = 0; n < count; n++)
      yield {
        user_id: oneOf(this.#users),
        page_id: oneOf(this.#pages),
        ad_id: oneOf(this.#ads),
        ad_type: oneOf(AD_TYPES),
        event_type: oneOf(EVENT_TYPES),
        event_time: FIRST_TIME_MS + Math.floor(n / perMs) - pick(DISORDER_MS),
        ip_address: '1.2.3.4',
      }
  }

  #uuids(count: number): string[] {
    const { hex } = this.#random
    return Array.from(
      { length: count },
      () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    )
  }
}

/** The table `campaigns`: it never changes. */
export function campaignTable(campaignOf: ReadonlyMap<string, string>): LookupStore {
  return {
    description: 'memory',
    migrate: async () => {},
    lookup: async function* (_columns, sinceMs) {
      if (sinceMs === 0) yield { rows: [...campaignOf], latestMs: 1 }
    },
    close: async () => {},
  }
}
