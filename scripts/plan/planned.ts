// What the next start of a job will do: the changes of its metrics, the records it reads again, the commands to give. Pure.
import { WINDROW } from '../../kit/invocation.ts'
import type { Change } from './changes.ts'
import type { Rate } from './rate.ts'

export interface Facts {
  /** Number of the checkpoint; absent: there is none that can be read. */
  readonly checkpoint?: number
  /** Why there is none. */
  readonly why?: string
  readonly holder?: string
  /** Records from where the job began to where it is; without a checkpoint all there are. */
  readonly records: number
  /** When the first of them was appended, epoch milliseconds, where the log knows. */
  readonly fromMs?: number
  /** Absent: there are too few records to measure it, so that it takes a moment. */
  readonly rate?: Rate
  readonly changes: readonly Change[]
  /** Files that `windrow generate grafana` would change. */
  readonly outdated: readonly string[]
}

export interface Plan extends Facts {
  readonly isNothing: boolean
  /** Absent: no metric is computed again. */
  readonly rebuild?: {
    readonly metrics: readonly string[]
    readonly records: number
    /** About so long; absent: a moment, or nobody knows. */
    readonly seconds?: number
  }
  readonly commands: readonly string[]
}

export function planOf(facts: Facts): Plan {
  const { changes, outdated, holder, records, rate } = facts
  const metrics = changes.filter(({ kind }) => kind === 'new' || kind === 'changed')
  const isStart = metrics.length > 0 || changes.some(({ kind }) => kind === 'gone')
  const took = rate && { seconds: Math.max(1, Math.ceil(records / rate.perSecond)) }
  const names = metrics.map(({ metric }) => metric)
  const start =
    holder === undefined ? `${WINDROW} stream` : `${WINDROW} stream   (stop ${holder} first)`
  return {
    ...facts,
    isNothing: !isStart && outdated.length === 0,
    ...(metrics.length === 0 ? {} : { rebuild: { metrics: names, records, ...took } }),
    commands: [
      ...(outdated.length > 0 ? [`${WINDROW} generate grafana`] : []),
      ...(isStart ? [start] : []),
    ],
  }
}
