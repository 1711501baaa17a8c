// For tests: what the shop's points must be, by the plainest means. Shares no code with the engine, and must not.
import type { Point } from '../../data/point.ts'
import type { Person } from './events.ts'

/** An event with fields as the contract has them. */
export interface PlainEvent {
  readonly event_type: string
  readonly user_id: string
  readonly event_time: number
  readonly category?: string | null | undefined
  readonly quantity?: number
  readonly unit_price?: number
}

const WINDOW_MS = 10_000
const startOf = (event: PlainEvent) => event.event_time - (event.event_time % WINDOW_MS)

/** Whether each event of a partition, in its order, is late: its window ended `disorderMs` before the latest so far. */
export function lateOnes(partition: readonly PlainEvent[], disorderMs: number): boolean[] {
  return partition.map((event, index) => {
    const before = partition.slice(0, index).map((earlier) => earlier.event_time)
    return startOf(event) + WINDOW_MS <= Math.max(...before) - disorderMs
  })
}

/**
 * The points of all windows of these events. `late`: events whose windows had closed before them, less than a minute: what
 * revenue still counts.
 */
export function pointsOf(
  events: readonly PlainEvent[],
  people: readonly Person[],
  late: readonly PlainEvent[] = [],
): Point[] {
  const points: Point[] = []
  const group = (
    measurement: string,
    wanted: readonly PlainEvent[],
    tagsOf: (event: PlainEvent) => Record<string, string>,
    fieldsOf: (group: readonly PlainEvent[]) => Record<string, number>,
  ) => {
    const groups = new Map<string, PlainEvent[]>()
    for (const event of wanted) {
      const key = JSON.stringify([startOf(event), tagsOf(event)])
      groups.set(key, [...(groups.get(key) ?? []), event])
    }
    for (const own of groups.values()) {
      const [first] = own
      points.push({
        measurement,
        tags: tagsOf(first),
        fields: fieldsOf(own),
        timeMs: startOf(first),
      })
    }
  }
  const personOf = (event: PlainEvent) => {
    const [, gender, age_group, country] = people.find(([id]) => id === event.user_id) ?? []
    return {
      gender: gender || 'unknown',
      age_group: age_group || 'unknown',
      country: country || 'unknown',
    }
  }
  const ofType = (list: readonly PlainEvent[], ...types: string[]) =>
    list.filter(({ event_type }) => types.includes(event_type))

  group(
    'events_by_segment',
    events,
    (event) => ({ event_type: event.event_type, ...personOf(event) }),
    (own) => ({ events: own.length, users: new Set(own.map(({ user_id }) => user_id)).size }),
  )
  group(
    'revenue_by_category',
    ofType([...events, ...late], 'purchase'),
    (event) => ({ category: event.category || 'unknown', country: personOf(event).country }),
    (own) => {
      const cents = own.reduce(
        (sum, one) =>
          sum +
          BigInt(one.quantity ?? 0) * BigInt((one.unit_price ?? 0).toFixed(2).replace('.', '')),
        0n,
      )
      const revenue = Number(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`)
      const items = own.reduce((sum, { quantity = 0 }) => sum + quantity, 0)
      const revision = own.filter((event) => late.includes(event)).length
      const average_order_value = revenue / own.length
      return { revenue, orders: own.length, items, average_order_value, revision }
    },
  )
  group(
    'conversion_by_segment',
    ofType(events, 'click', 'purchase'),
    (event) => ({ gender: personOf(event).gender, age_group: personOf(event).age_group }),
    (own) => {
      const clicks = ofType(own, 'click').length
      const purchases = ofType(own, 'purchase').length
      return clicks === 0
        ? { clicks, purchases }
        : { clicks, purchases, conversion: purchases / clicks }
    },
  )
  return points
}
