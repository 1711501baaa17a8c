// Shows how sending goes: one line refreshed in place on a terminal, a plain line every 5 s elsewhere.
import type { Clock } from '../kit/clock.ts'
import { formatDuration } from '../kit/duration.ts'
import { grouped } from '../kit/grouped.ts'
import { type Log, logAfter } from '../kit/log.ts'

/** What is shown, as of now. */
export interface Counts {
  /** Durable records. */
  readonly sent: number
  readonly rejected: number
  readonly isWaiting: boolean
  /** What is said after the numbers, e.g. "43 % of the file". */
  readonly note?: string
}

export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Status {
  /** The log to use meanwhile: its lines do not run into the live line. */
  readonly log: Log
  /** Takes the line away. */
  stop(): void
}

const LIVE_EVERY_MS = 250
const PLAIN_EVERY_MS = 5000
/** The rate shown is that of the last moments. */
const RATE_OVER_MS = 3000

/** Shows `counts()` until stopped. */
export function showStatus(
  terminal: Terminal,
  log: Log,
  clock: Clock,
  counts: () => Counts,
): Status {
  const isLive = terminal.isTTY === true
  const rate = createRateMeter()
  rate.add(clock.nowMs(), 0)
  const clear = () => {
    if (isLive) terminal.write('\r\x1b[2K')
  }
  const show = () => {
    const now = counts()
    const line = statusLine(now, rate.add(clock.nowMs(), now.sent))
    if (isLive) terminal.write(`\r\x1b[2K${line.slice(0, (terminal.columns || 80) - 1)}`)
    else log.info(line)
  }
  const timer = setInterval(show, isLive ? LIVE_EVERY_MS : PLAIN_EVERY_MS)
  timer.unref()
  return {
    log: logAfter(clear, log),
    stop: () => {
      clearInterval(timer)
      clear()
    },
  }
}

/** "1,250 events/s · 45,100 sent · 3 rejected · waiting for the event log". */
export function statusLine(counts: Counts, perSecond: number): string {
  const parts = [`${group(perSecond)} events/s`, `${group(counts.sent)} sent`]
  if (counts.rejected > 0) parts.push(`${group(counts.rejected)} rejected`)
  if (counts.note !== undefined && counts.note !== '') parts.push(counts.note)
  if (counts.isWaiting) parts.push('waiting for the event log')
  return parts.join(' · ')
}

/** "12,000 events in 2.5s (4,800/s)". */
export function totalLine(sent: number, tookMs: number): string {
  const rate = tookMs > 0 ? ` (${group((sent * 1000) / tookMs)}/s)` : ''
  return `${group(sent)} ${sent === 1 ? 'event' : 'events'} in ${formatDuration(tookMs)}${rate}`
}

/** 1234567 → "1,234,567"; a small rate keeps a decimal: "2.5". */
export const group = (n: number): string =>
  n < 10 && !Number.isInteger(n) ? n.toFixed(1) : grouped(n)

/** Answers the rate over the last moments, per second, at each reading of a total. */
export function createRateMeter() {
  const readings: { atMs: number; total: number }[] = []
  return {
    add(atMs: number, total: number): number {
      readings.push({ atMs, total })
      while (readings.length > 2 && readings[1].atMs <= atMs - RATE_OVER_MS) readings.shift()
      const spanMs = atMs - readings[0].atMs
      return spanMs <= 0 ? 0 : ((total - readings[0].total) * 1000) / spanMs
    },
  }
}
