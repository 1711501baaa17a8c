// How sending goes, as numbers and in words.
import { formatDuration } from '../kit/duration.ts'
import { group, type Standing } from '../kit/progress.ts'

/** What is shown, as of now. */
export interface Counts {
  /** Durable records. */
  readonly sent: number
  readonly rejected: number
  readonly isWaiting: boolean
  /** Of all there is to send, 0 to 1; absent: it goes on until it is stopped. */
  readonly share?: number
  /** What is done with a file now, e.g. "read and sorted". */
  readonly doing?: string
}

export const standingOf = ({ sent, rejected, isWaiting, share, doing }: Counts): Standing => ({
  done: sent,
  ...(share === undefined ? {} : { fraction: share }),
  notes: [
    rejected > 0 ? `${group(rejected)} rejected` : '',
    doing ?? '',
    isWaiting ? 'waiting for the event log' : '',
  ],
})

/** "12,000 events in 2.5s (4,800/s)". */
export function totalLine(sent: number, tookMs: number): string {
  const rate = tookMs > 0 ? ` (${group((sent * 1000) / tookMs)}/s)` : ''
  return `${group(sent)} ${sent === 1 ? 'event' : 'events'} in ${formatDuration(tookMs)}${rate}`
}
