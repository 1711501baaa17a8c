// How much is fetched from Kafka at once, and how long the broker waits for it. Pure.

/** The broker answers when it has so much, or after so many milliseconds; named as kafkajs does. */
export interface FetchWait {
  readonly minBytes: number
  readonly maxWaitTime: number
}

export const ANSWER_BYTES_MAX = 4 << 20
/** How long kafkajs sleeps while all partitions are paused. */
export const ALL_PAUSED_MS = 20

/** Large batches are cheap, but what waits of all partitions, twice that and an answer, must stay in bounds. */
const SHARED_BYTES = 8 << 20
const SHARE_BYTES_MIN = 512 << 10

/** At a stream, many events together; at a trickle, soon. */
const STREAMING: FetchWait = { minBytes: 64 << 10, maxWaitTime: 25 }
/** Where nothing came: with the first event that does. A seek waits for so long, and so does closing. */
const QUIET: FetchWait = { minBytes: 1, maxWaitTime: 250 }
/** Partitions that are paused and then asked for again wait for the fetch of the others. */
const PARTLY_PAUSED: FetchWait = { minBytes: 1, maxWaitTime: 10 }

/** How much of one partition is asked for at once, in bytes. */
export const shareOf = (partitions: number): number =>
  Math.min(ANSWER_BYTES_MAX, Math.max(SHARE_BYTES_MIN, SHARED_BYTES / Math.max(1, partitions)))

/** `wasEmpty`: the last fetch from that broker brought nothing. `arePaused`: some partitions are. */
export function waitFor(wasEmpty: boolean, arePaused: boolean): FetchWait {
  if (arePaused) return PARTLY_PAUSED
  return wasEmpty ? QUIET : STREAMING
}
