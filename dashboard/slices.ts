// Reads a long stretch of a points store in slices, newest first, so that neither memory nor one read grows with it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Measurement, Point } from '../data/point.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'

/** A read whose points are far from this many makes the next slice longer or shorter. */
const WANTED_POINTS = 8_000
const FIRST_WINDOWS = 60

export interface SliceRequest {
  readonly measurement: Measurement
  readonly windowMs: number
  /** Absent: from the first point on. */
  readonly fromMs?: number
  /** Absent: up to the last point. */
  readonly toMs?: number
  readonly nowMs: number
}

/**
 * Yields the points of [fromMs, toMs) slice by slice, going back in time. A slice grows fourfold while points are few and
 * halves while they are many, so that years without data cost a handful of reads.
 */
export async function* readSlices(
  read: (measurement: Measurement, query: PointsQuery) => Promise<Point[]>,
  request: SliceRequest,
): AsyncGenerator<Point[]> {
  const { measurement, windowMs, nowMs } = request
  const firstMs = request.fromMs ?? 0
  let lengthMs = FIRST_WINDOWS * windowMs
  let toMs = request.toMs
  let edgeMs = Math.min(request.toMs ?? nowMs, Math.max(nowMs, firstMs + windowMs))
  while (true) {
    const fromMs = Math.max(edgeMs - lengthMs, firstMs)
    const isLast = fromMs <= firstMs
    const points = await read(measurement, {
      ...(isLast && request.fromMs === undefined ? {} : { fromMs }),
      ...(toMs === undefined ? {} : { toMs }),
    })
    yield points
    if (isLast) return
    // The embedded store reads without a pause: let the rest of the process, the job perhaps, have its turn.
    await nextTurn()
    if (points.length < WANTED_POINTS / 4) lengthMs *= 4
    else if (points.length > WANTED_POINTS * 2)
      lengthMs = Math.max(windowMs, Math.ceil(lengthMs / 2))
    toMs = fromMs
    edgeMs = fromMs
  }
}
