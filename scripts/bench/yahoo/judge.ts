// What the job must come to, by a plain loop over the events.
import { UNKNOWN } from '../../../data/point.ts'
import type { AdEvent } from './ads.ts'

const WINDOW_MS = 10_000

/** Views by "campaign window start". */
export function countViews(
  events: Iterable<AdEvent>,
  campaignOf: ReadonlyMap<string, string>,
): Map<string, number> {
  const views = new Map<string, number>()
  for (const { ad_id, event_type, event_time } of events) {
    if (event_type !== 'view') continue
    const startMs = event_time - (event_time % WINDOW_MS)
    const key = `${campaignOf.get(ad_id) ?? UNKNOWN} ${startMs}`
    views.set(key, (views.get(key) ?? 0) + 1)
  }
  return views
}
