// How far each partition of a job is in event time, and whether it is waited for. Pure.
import type { Offsets } from '../../stores/event-log/event-log.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'

export interface JobFacts {
  readonly snapshot: Pick<Snapshot, 'positions' | 'watermarks' | 'disorderMs' | 'savedAtMs'>
  /** The end of each partition. */
  readonly ends: Offsets
  /** Who works on the job; undefined: nobody. */
  readonly holder: string | undefined
  readonly idleAfterMs: number
  readonly nowMs: number
}

/**
 * `behind`: records are left to read, or were read since the checkpoint. `quiet`: read to its end, and waited for until it
 * was silent long enough. `idle`: not waited for. `empty`: it never had a record, and is not waited for.
 */
export type Standing = 'behind' | 'quiet' | 'idle' | 'empty'

export interface PartitionStanding {
  readonly partition: number
  /** Next offset to read. */
  readonly position: number
  readonly end: number
  readonly lag: number
  /** Largest event time seen, epoch milliseconds; -Infinity: none. */
  readonly latestMs: number
  readonly watermarkMs: number
  readonly standing: Standing
}

export function standingsOf(facts: JobFacts): PartitionStanding[] {
  const { positions, watermarks, disorderMs } = facts.snapshot
  const latest = new Map(watermarks.partitions.map((one) => [one.partition, one.maxTimeMs]))
  const numbers = new Set([...facts.ends.keys(), ...positions.keys()])
  return [...numbers]
    .sort((a, b) => a - b)
    .map((partition) => {
      const position = positions.get(partition) ?? 0
      const end = facts.ends.get(partition) ?? 0
      const latestMs = latest.get(partition) ?? Number.NEGATIVE_INFINITY
      const place = { partition, position, end, lag: Math.max(0, end - position) }
      const watermarkMs = latestMs - disorderMs
      return { ...place, latestMs, watermarkMs, standing: standingOf(place, watermarkMs, facts) }
    })
}

function standingOf(
  { position, end, lag }: Pick<PartitionStanding, 'position' | 'end' | 'lag'>,
  watermarkMs: number,
  facts: JobFacts,
): Standing {
  if (lag > 0) return 'behind'
  if (position === 0 && end === 0) return 'empty'
  // A job that starts again waits anew.
  if (facts.holder === undefined) return 'quiet'
  const { savedAtMs, watermarks } = facts.snapshot
  const isSilent = facts.nowMs - savedAtMs >= facts.idleAfterMs
  // Others have gone on without it.
  const isPassed = watermarkMs < watermarks.currentMs
  return isSilent || isPassed ? 'idle' : 'quiet'
}

/** When partitions that are read to their end are idle at the latest, if nothing comes, epoch milliseconds. */
export function idleByMs({ snapshot, holder, idleAfterMs, nowMs }: JobFacts): number {
  const sinceSavedMs = snapshot.savedAtMs + idleAfterMs
  return holder !== undefined && sinceSavedMs > nowMs ? sinceSavedMs : nowMs + idleAfterMs
}
