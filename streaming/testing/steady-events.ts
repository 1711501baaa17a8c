// For tests: events that keep coming, file by file, for as long as a test wants them.
import type { Place } from './place.ts'
import type { EventsOptions } from './shop-files.ts'

/** 300 events a second, for ten minutes at most. */
const EVENTS: EventsOptions = { seed: 51, count: 180_000, spanMs: 1_800_000, disorderMs: 4_990 }
const SPEED = '3x'
/** What one run of the producer sends: 10 s. */
const PART = 3_000

export interface SteadyEvents {
  /** Ends with the run that is under way; answers how many events were sent by then. */
  end(): Promise<number>
}

/** `from`: how many of them were sent before. */
export function steadyEvents(place: Place, partitions: number, from = 0): SteadyEvents {
  let isWanted = true
  const produce = async (): Promise<number> => {
    let sent = from
    while (isWanted && sent < EVENTS.count) {
      const file = place.write(EVENTS, sent, sent + PART)
      sent += PART
      await place.produce(file, partitions, '--speed', SPEED)
    }
    return sent
  }
  const produced = produce()
  // Told by `end`.
  produced.catch(() => {})
  return {
    end: () => {
      isWanted = false
      return produced
    },
  }
}
