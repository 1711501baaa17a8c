// What the last looks at the job tell together: rates, and the last 15 minutes. Bounded, pure but for what it remembers.
import type { Sample } from './api.ts'
import { type JobStatus, lagOf, sumOf } from './status.ts'

export const HISTORY_MS = 900_000

/** What is remembered of a look: what the page draws, and what alerts compare. */
export interface Look extends Sample {
  /** Counts since the job's beginning; null: it did not answer. */
  readonly counts: { readonly read: number; readonly rejected: number } | null
}

export interface History {
  /** The oldest first. */
  readonly looks: readonly Look[]
  /** Records per second, by partition, between the last two looks. */
  readonly rates: ReadonlyMap<number, number>
  /** `status` undefined: the job did not answer. */
  add(timeMs: number, status: JobStatus | undefined): Look
}

export function createHistory(): History {
  let looks: Look[] = []
  let rates = new Map<number, number>()
  let last: { readonly timeMs: number; readonly status: JobStatus } | undefined

  return {
    get looks() {
      return looks
    },
    get rates() {
      return rates
    },
    add: (timeMs, status) => {
      rates = status === undefined || last === undefined ? new Map() : ratesOf(last, status, timeMs)
      last = status && { timeMs, status }
      const look = lookOf(timeMs, status, rates)
      looks = [...looks.filter((one) => one.timeMs > timeMs - HISTORY_MS), look]
      return look
    },
  }
}

function lookOf(
  timeMs: number,
  status: JobStatus | undefined,
  rates: ReadonlyMap<number, number>,
): Look {
  if (status === undefined) return { timeMs, rate: null, lag: null, counts: null }
  return {
    timeMs,
    rate: rates.size === 0 ? null : [...rates.values()].reduce((sum, rate) => sum + rate, 0),
    lag: sumOf(status, lagOf),
    counts: { read: sumOf(status, ({ read }) => read), rejected: sumOf(status, (p) => p.rejected) },
  }
}

/** Empty when another process answers than before: its counts may begin at an earlier checkpoint. */
function ratesOf(
  last: { readonly timeMs: number; readonly status: JobStatus },
  status: JobStatus,
  timeMs: number,
): Map<number, number> {
  const seconds = (timeMs - last.timeMs) / 1000
  if (seconds <= 0 || status.uptimeMs < last.status.uptimeMs) return new Map()
  const before = new Map(last.status.partitions.map(({ partition, read }) => [partition, read]))
  return new Map(
    status.partitions.flatMap(({ partition, read }) => {
      const readBefore = before.get(partition) ?? 0
      return read < readBefore ? [] : [[partition, (read - readBefore) / seconds] as const]
    }),
  )
}
