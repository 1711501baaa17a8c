// The records of a world: who appends what to which partition when. Everything an event log holds in real life: disorder,
// late events, copies, events from the future, records that are no events, silence.
import type { Demographic } from '../../data/demographics.ts'
import type { Event } from '../../data/events.generated.ts'
import type { Random } from './random.ts'
import type { WorldSettings } from './settings.ts'

/** Only fields that the metrics of the world read. */
export type SimEvent = Pick<
  Event,
  'event_id' | 'event_type' | 'user_id' | 'event_time' | 'category' | 'quantity' | 'unit_price'
>

/** What a job knows of a user: values of the looked-up columns. */
export type Row = Pick<Demographic, 'gender' | 'age_group' | 'country'>

export interface SimRecord {
  /** When the log takes it, milliseconds since the world began. */
  readonly atMs: number
  readonly partition: number
  readonly value: Uint8Array | null
  /** Undefined: it is none. */
  readonly event: SimEvent | undefined
}

export const USERS = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'stranger'] as const

/** In the order they are appended. */
export function recordsOf(settings: WorldSettings, random: Random): SimRecord[] {
  const records: SimRecord[] = []
  const producers = random.int(1, 4)
  for (let index = 0; index < producers; index++)
    records.push(
      ...new Producer(index, settings, random.fork(`producer ${index}`)).records(producers),
    )
  return records.sort((a, b) => a.atMs - b.atMs)
}

class Producer {
  readonly #name: string
  readonly #settings: WorldSettings
  readonly #random: Random
  readonly #partitions: readonly number[]
  readonly #copies: Random
  /** How old its first events are: it sends what it had kept, faster than it happened. */
  readonly #behindMs: number
  #count = 0

  constructor(index: number, settings: WorldSettings, random: Random) {
    this.#name = `p${index}`
    this.#settings = settings
    this.#random = random
    this.#copies = random.fork('copies')
    const all = Array.from({ length: settings.partitionCount }, (_, partition) => partition)
    this.#behindMs = random.chance(0.25) ? random.int(10_000, 90_000) : 0
    const own = all.filter(() => random.chance(0.6))
    this.#partitions = own.length === 0 ? [0] : own
  }

  records(producers: number): SimRecord[] {
    const { lastsMs, recordCount } = this.#settings
    const random = this.#random
    const records: SimRecord[] = []
    // It comes late, ends early, and is silent now and then.
    const fromMs = random.chance(0.3) ? random.int(0, lastsMs) : 0
    const untilMs = random.chance(0.3) ? random.int(fromMs, lastsMs) : lastsMs
    const meanGapMs = Math.max(1, ((untilMs - fromMs) * producers) / recordCount)
    let atMs = fromMs
    while (atMs <= untilMs && records.length < recordCount) {
      const burst = random.chance(0.15) ? random.int(2, 15) : 1
      for (let i = 0; i < burst; i++) this.#append(records, atMs)
      const gapMs = random.skewed(0, Math.ceil(meanGapMs * 6 * burst))
      atMs += random.chance(0.03) ? random.int(2_000, 15_000) : gapMs
    }
    return records
  }

  #append(records: SimRecord[], atMs: number): void {
    const random = this.#random
    const partition = random.pick(this.#partitions)
    const broken = random.chance(0.04)
    const event = this.#event(atMs)
    if (broken && this.#settings.has('broken')) {
      records.push({ atMs, partition, value: brokenValue(event, random), event: undefined })
      return
    }
    const isFuture = random.chance(0.01) && this.#settings.has('future')
    if (isFuture) {
      const ahead = { ...event, event_time: event.event_time + random.int(30, 100) * 86_400_000 }
      records.push({ atMs, partition, value: encode(ahead), event: undefined })
      return
    }
    const record = { atMs, partition, value: encode(event), event }
    records.push(record)
    if (this.#copies.chance(0.08) && this.#settings.has('duplicates'))
      records.push({ ...record, atMs: atMs + this.#copies.skewed(0, 40_000) })
  }

  #event(atMs: number): SimEvent {
    const random = this.#random
    const { config, startMs, lastsMs } = this.#settings
    const { disorderMs } = config
    const behindMs = random.chance(0.5) ? random.int(0, disorderMs) : random.int(0, 20)
    const keptMs = Math.round(this.#behindMs * Math.max(0, 1 - atMs / lastsMs))
    const lateMs = random.chance(0.08) ? random.skewed(disorderMs, 70_000) : 0
    const event_type = random.pick(['click', 'click', 'purchase', 'view'])
    const more = {
      quantity: random.int(1, 9),
      unit_price: random.int(0, 99_999) / 100,
      category: random.pick(['books', 'toys', 'garden, "indoor"', null]),
    }
    return {
      event_id: `${this.#name}-${this.#count++}`,
      event_type,
      user_id: random.pick(USERS),
      event_time: startMs + atMs - keptMs - behindMs - (this.#settings.has('late') ? lateMs : 0),
      ...(event_type === 'purchase' ? more : { category: more.category }),
    }
  }
}

const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

function brokenValue(event: SimEvent, random: Random): Uint8Array | null {
  switch (random.int(0, 5)) {
    case 0:
      return null
    case 1:
      return new TextEncoder().encode('{"event_id": "cut off", "event_ty')
    case 2:
      return encode({ ...event, user_id: null })
    case 3:
      return encode({ ...event, event_time: 'yesterday' })
    case 4:
      return encode({ ...event, quantity: 0 })
    default:
      return new Uint8Array([0, 255, 254, 1])
  }
}
