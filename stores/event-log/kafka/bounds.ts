// Where the records of a Kafka topic begin and end, and what to do about a reader whose next record is not between.

import type { Admin } from 'kafkajs'
import { RefusedError } from '../../../kit/errors.ts'
import { WINDROW } from '../../../kit/invocation.ts'
import type { Offsets, ReaderOptions, StartAt } from '../event-log.ts'

/** Of one partition: the first offset that retention left, and the one after the last that can be read. */
export interface Bounds {
  readonly partition: number
  readonly low: number
  readonly high: number
}

/** By partition. */
export async function fetchBounds(admin: Admin, topic: string): Promise<Bounds[]> {
  const found = await admin.fetchTopicOffsets(topic)
  return found
    .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
    .sort((a, b) => a.partition - b.partition)
}

/** Where each partition begins that the reader does not name. */
export async function startOffsets(
  admin: Admin,
  topic: string,
  bounds: readonly Bounds[],
  startAt: StartAt,
): Promise<Offsets> {
  if (startAt === 'earliest') return new Map(bounds.map(({ partition, low }) => [partition, low]))
  if (startAt === 'latest') return new Map(bounds.map(({ partition, high }) => [partition, high]))
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, startAt.timeMs)
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]))
}

/**
 * Where to go on with a partition whose next offset is `next`: there, or at the first record left when it was removed,
 * which is told. Throws RefusedError where that is not wanted. What compaction and transactions leave out is no loss.
 */
export function placeWithin(
  { partition, low }: Bounds,
  next: number,
  { topic, removed = 'stop', onRemoved }: ReaderOptions,
): number {
  if (next >= low) return next
  if (removed === 'stop') {
    throw new RefusedError(
      `Offset ${next} of ${topic}/${partition} comes next, but the first record left is ${low}: ` +
        `retention removed ${low - next} records before they were read.\n` +
        `  Start a new job with what is left: ${WINDROW} stream --from earliest`,
    )
  }
  onRemoved?.({ partition, fromOffset: next, toOffset: low })
  return low
}

/** Refuses a position that was read to and that the topic does not reach any more. */
export function refuseBeyond({ partition, high }: Bounds, next: number, topic: string): void {
  if (next <= high) return
  throw new RefusedError(
    `Everything up to offset ${next} of ${topic}/${partition} was read, but it now ends at ${high}: ` +
      'the topic was deleted and made again, or cut.\n' +
      `  Start a new job from the beginning of the topic: ${WINDROW} stream --from earliest`,
  )
}
