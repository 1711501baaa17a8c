// Where windows start and end: aligned to the epoch, or to the clock of a time zone. They follow one another without gap
// or overlap; what a size means in a zone is in decisions/windows-in-time-zones.md. Pure.
import type { TumblingNode } from './nodes.ts'
import { type Zone, zoneOf } from './zone.ts'

export interface Windows {
  /** Start of the window that the instant is in. Epoch milliseconds, as everything here. */
  startOf(timeMs: number): number
  /** End, exclusive, of the window that starts at `startMs`: the start of the next. */
  endOf(startMs: number): number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** 1970-01-05 was the first Monday since the epoch. */
const MONDAY_MS = 4 * DAY_MS

/** Throws a RangeError when the zone does not exist; that the size may be had in a zone is for `isZonedSize` to say. */
export function windowsOf({ sizeMs, tz }: TumblingNode): Windows {
  if (tz === undefined)
    return {
      startOf: (timeMs) => Math.floor(timeMs / sizeMs) * sizeMs,
      endOf: (startMs) => startMs + sizeMs,
    }
  const zone = zoneOf(tz)
  return new ZonedWindows(
    sizeMs === HOUR_MS
      ? (timeMs) => hourAt(zone, timeMs)
      : (timeMs) => localWindowAt(zone, sizeMs, timeMs),
  )
}

/** Start of the window so many after the one that starts at `startMs`; of one before it, where `count` is negative. */
export function startAfter(windows: Windows, startMs: number, count: number): number {
  let atMs = startMs
  for (let i = 0; i < count; i++) atMs = windows.endOf(atMs)
  for (let i = 0; i > count; i--) atMs = windows.startOf(atMs - 1)
  return atMs
}

/** Whether windows of this length can follow a local clock: hours that divide a day, or whole days. */
export const isZonedSize = (sizeMs: number): boolean =>
  sizeMs >= DAY_MS
    ? sizeMs % DAY_MS === 0
    : sizeMs >= HOUR_MS && DAY_MS % sizeMs === 0 && sizeMs % HOUR_MS === 0

/** Whether stretches of this length, as windows of the same zone, are made of whole windows. */
export function areMadeOf({ sizeMs, tz }: TumblingNode, lengthMs: number): boolean {
  if (lengthMs % sizeMs !== 0) return false
  return (
    tz === undefined ||
    (isZonedSize(lengthMs) && (alignmentOf(lengthMs) - alignmentOf(sizeMs)) % sizeMs === 0)
  )
}

interface Window {
  readonly startMs: number
  readonly endMs: number
}

/** Remembers the window asked for last: most events are in the window of the one before. */
class ZonedWindows implements Windows {
  private readonly windowAt: (timeMs: number) => Window
  private startMs = Number.NaN
  private endMs = Number.NaN

  constructor(windowAt: (timeMs: number) => Window) {
    this.windowAt = windowAt
  }

  startOf(timeMs: number): number {
    if (!(timeMs >= this.startMs && timeMs < this.endMs)) {
      const { startMs, endMs } = this.windowAt(timeMs)
      this.startMs = startMs
      this.endMs = endMs
    }
    return this.startMs
  }

  endOf(startMs: number): number {
    return startMs === this.startMs ? this.endMs : this.windowAt(startMs).endMs
  }
}

/** An hour of the local clock, cut where the clock is changed: an hour that is shown twice is two windows. */
function hourAt(zone: Zone, timeMs: number): Window {
  for (const { fromMs, untilMs, offsetMs } of zone.periodsAround(timeMs)) {
    if (timeMs >= untilMs) continue
    const startMs = Math.floor((timeMs + offsetMs) / HOUR_MS) * HOUR_MS - offsetMs
    return { startMs: Math.max(startMs, fromMs), endMs: Math.min(startMs + HOUR_MS, untilMs) }
  }
  throw new Error(`no period of the zone contains ${timeMs}`)
}

/** From when the local clock first shows or passes a multiple of the size until it does so with the next. */
function localWindowAt(zone: Zone, sizeMs: number, timeMs: number): Window {
  const alignMs = alignmentOf(sizeMs)
  // A local clock is never a day from UTC: no later multiple can have been reached.
  let localMs = Math.floor((timeMs - DAY_MS - alignMs) / sizeMs) * sizeMs + alignMs
  let startMs = firstInstantOf(zone, localMs)
  let endMs = startMs
  while (endMs <= timeMs) {
    startMs = endMs
    localMs += sizeMs
    endMs = firstInstantOf(zone, localMs)
  }
  return { startMs, endMs }
}

/** The local time, as if it were UTC, that windows of this length in a zone are counted from. */
export const alignmentOf = (sizeMs: number): number => (sizeMs % WEEK_MS === 0 ? MONDAY_MS : 0)

/** When the local clock first shows `localMs` (as if it were UTC), or is put past it. */
function firstInstantOf(zone: Zone, localMs: number): number {
  for (const { fromMs, untilMs, offsetMs } of zone.periodsAround(localMs)) {
    const timeMs = Math.max(fromMs, localMs - offsetMs)
    if (timeMs < untilMs) return timeMs
  }
  throw new Error(`no period of the zone reaches ${localMs}`)
}
