// Shows how far something is: a bar in one line of a terminal, refreshed in place, or a plain line every 5 s elsewhere.
import type { Clock } from './clock.ts'
import { formatElapsed } from './duration.ts'
import { grouped } from './grouped.ts'
import { type Log, logAfter } from './log.ts'
import { CLEAR_LINE } from './terminal.ts'

/** How things stand. */
export interface Standing {
  /** What is done, in the unit that is counted. */
  readonly done: number
  /** Of the whole, 0 to 1; absent: there is no end, or none that is known. */
  readonly fraction?: number
  /** What is said after the numbers, e.g. "3 rejected"; empty ones are left out. */
  readonly notes?: readonly string[]
}

export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressOptions {
  readonly terminal: Terminal
  readonly log: Log
  readonly clock: Clock
  /** What is counted, many of it: "events". */
  readonly unit: string
}

export interface Progress {
  /** The log to use meanwhile: its lines do not run into the bar. */
  readonly log: Log
  /** A line for people that does not run into the bar. */
  say(line: string): void
  /** Shows the standing where that is due: for who leaves the timers no time. */
  refresh(): void
  /** Takes the bar away. */
  stop(): void
}

const LIVE_EVERY_MS = 200
const PLAIN_EVERY_MS = 5000
/** The rate shown is that of the last moments. */
const RATE_OVER_MS = 3000
const BAR_WIDTH = 24

/** Shows `standing()` until stopped; the terminal is left clean also when the process is ended meanwhile. */
export function showProgress(
  { terminal, log, clock, unit }: ProgressOptions,
  standing: () => Standing,
): Progress {
  const isLive = terminal.isTTY === true
  const everyMs = isLive ? LIVE_EVERY_MS : PLAIN_EVERY_MS
  const startedMs = clock.monotonicMs()
  const first = standing()
  const rate = createRateMeter()
  rate.add(startedMs, first.done)
  let shownMs = startedMs

  const clear = () => {
    if (isLive) terminal.write(CLEAR_LINE)
  }
  const refresh = () => {
    const nowMs = clock.monotonicMs()
    if (nowMs - shownMs < everyMs) return
    shownMs = nowMs
    const now = standing()
    const leftMs = timeLeftMs(first.fraction, now.fraction, nowMs - startedMs)
    const line = progressLine(now, unit, rate.add(nowMs, now.done), leftMs)
    if (!isLive) return log.info(line)
    const width = (terminal.columns || 80) - 1
    const bar = now.fraction === undefined ? '' : `${barOf(now.fraction)} `
    const fits = bar.length + line.length <= width ? bar : ''
    terminal.write(`${CLEAR_LINE}${(fits + line).slice(0, width)}`)
  }
  const timer = setInterval(refresh, everyMs)
  timer.unref()
  process.once('exit', clear)
  return {
    log: logAfter(clear, log),
    say: (line) => {
      clear()
      terminal.write(`${line}\n`)
    },
    refresh,
    stop: () => {
      clearInterval(timer)
      process.off('exit', clear)
      clear()
    },
  }
}

/** "43 % · 45,100 events · 1,250/s · 12s left · 3 rejected". */
export function progressLine(
  { done, fraction, notes = [] }: Standing,
  unit: string,
  perSecond: number,
  leftMs: number | undefined,
): string {
  const parts = [
    fraction === undefined ? '' : `${Math.floor(fraction * 100)} %`,
    `${grouped(done)} ${unit}`,
    `${group(perSecond)}/s`,
    leftMs === undefined ? '' : `${formatElapsed(Math.ceil(leftMs / 1000) * 1000)} left`,
    ...notes,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** What is left takes as long as what was done did; undefined: nobody knows yet. */
export function timeLeftMs(
  from: number | undefined,
  now: number | undefined,
  tookMs: number,
): number | undefined {
  if (now === undefined || tookMs < 1000) return undefined
  const done = now - (from ?? 0)
  return done <= 0 ? undefined : (tookMs * (1 - now)) / done
}

function barOf(fraction: number): string {
  const full = Math.min(BAR_WIDTH, Math.max(0, Math.floor(fraction * BAR_WIDTH)))
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full)
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
