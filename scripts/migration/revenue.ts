// What a job came to, whoever computed it: revenue in cents by window, category and country.
import type { Point } from '../../data/point.ts'
import type { EventLog } from '../../stores/event-log/event-log.ts'

const WAIT_MS = 1000

/** By "2026-01-31T12:00:00.000Z books DE". */
export type Revenue = ReadonlyMap<string, number>

/** From the points of our metric. */
export const ofPoints = (points: readonly Point[]): Revenue =>
  new Map(
    points.map(({ timeMs, tags, fields }) => [
      keyOf(new Date(timeMs), tags.category, tags.country),
      cents(Number(fields.revenue)),
    ]),
  )

/** From the records of a topic, as the three systems write them: Flink's times have no zone, and are UTC. */
export async function ofTopic(log: EventLog, topic: string): Promise<Revenue> {
  const reader = await log.reader({ topic, group: `${topic}.reader` })
  const [ends, revenue] = [await reader.ends(), new Map<string, number>()]
  const wanted = [...ends.keys()]
  const isAtEnd = () =>
    wanted.every((one) => (reader.positions().get(one) ?? 0) >= (ends.get(one) ?? 0))
  while (!isAtEnd()) {
    const batch = await reader.read(wanted, WAIT_MS)
    for (let n = 0; n < (batch?.count ?? 0); n++) {
      const bytes = batch?.bytes.subarray(batch.starts[n], batch.ends[n])
      const row = JSON.parse(Buffer.from(bytes ?? []).toString())
      const start = row.window_start ?? row.start
      const time = new Date(typeof start === 'string' ? start.replace(/Z?$/, 'Z') : start)
      revenue.set(keyOf(time, row.category, row.country), cents(row.revenue))
    }
  }
  await reader.close()
  return revenue
}

/** What differs, a line each: none when they are the same. */
export function differences(ours: Revenue, theirs: Revenue): string[] {
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])].sort()
  return keys.flatMap((key) =>
    ours.get(key) === theirs.get(key)
      ? []
      : [`${key}: ${ours.get(key) ?? 'nothing'} here, ${theirs.get(key) ?? 'nothing'} there`],
  )
}

const keyOf = (time: Date, category: unknown, country: unknown): string =>
  `${time.toISOString()} ${category} ${country}`
const cents = (amount: number): number => Math.round(amount * 100)
