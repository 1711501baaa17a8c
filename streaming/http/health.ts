// What /healthz and /readyz say of a job. Pure.
import { formatElapsed } from '../../kit/duration.ts'
import { grouped } from '../../kit/grouped.ts'
import { type JobStatus, lagOf } from '../status/status.ts'

/** A loop that gave no sign of life for this long hangs: each wait and each attempt on a store ends much sooner. */
export const HANGS_AFTER_MS = 120_000

export interface Verdict {
  readonly ok: boolean
  /** What keeps it from being ok; empty when it is. */
  readonly because: readonly string[]
}

/** `ok` while the job works or waits; not when it has failed or hangs, so that somebody starts it again. */
export function healthOf({ phase, failure, quietMs }: JobStatus): Verdict {
  if (phase === 'failed') return verdict([`failed: ${failure ?? 'its log says why'}`])
  const hangs = `no sign of life for ${formatElapsed(quietMs)} (${phase})`
  return verdict(quietMs > HANGS_AFTER_MS ? [hangs] : [])
}

/** `ok` when the table is loaded and events are read, also while it catches up. */
export function readinessOf(status: JobStatus): Verdict {
  const { phase, lease, enrichment, waitingFor } = status
  const because = [...healthOf(status).because]
  if (phase === 'starting') because.push('starting: its stores are being opened')
  if (phase === 'standby')
    because.push(`standby: waiting for the lease${lease?.holder ? ` held by ${lease.holder}` : ''}`)
  if (lease?.state === 'lost') because.push('another instance took over')
  if (phase === 'loading') {
    const { table = 'the lookup table', rows = 0 } = enrichment ?? {}
    because.push(`loading ${table}: ${grouped(rows)} rows so far`)
  }
  if (phase === 'restoring') because.push('restoring its checkpoint')
  if (phase === 'stopping') because.push('stopping')
  for (const { store, forMs, reason, isBlocking } of waitingFor)
    if (isBlocking) because.push(`waiting for ${store} (${reason}) for ${formatElapsed(forMs)}`)
  return verdict(because)
}

/** Records that are not read yet, of all partitions. */
export const lagOfJob = ({ partitions = [] }: JobStatus): number =>
  partitions.reduce((sum, partition) => sum + lagOf(partition), 0)

const verdict = (because: readonly string[]): Verdict => ({ ok: because.length === 0, because })
