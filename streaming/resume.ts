// Where a job starts: its checkpoint, or a new beginning.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { RefusedError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { CheckpointStore } from '../stores/checkpoints/checkpoints.ts'
import { fileCheckpoints } from '../stores/checkpoints/file.ts'
import type { Offsets, StartAt } from '../stores/event-log/event-log.ts'
import type { Job } from './job.ts'
import { describeLedger } from './report.ts'
import { restoreJob } from './snapshot.ts'

/** What makes a job the same job: of another log, topic or points store the checkpoint would be wrong. */
export interface JobIdentity {
  readonly pipeline: string
  readonly log: string
  readonly topic: string
  readonly points: string
}

export function checkpointsOf(identity: JobIdentity, dataDir: string): CheckpointStore {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12)
  return fileCheckpoints(join(dataDir, 'checkpoints', `${identity.pipeline}-${hash}.checkpoint`))
}

/** Restores the job from its checkpoint unless it starts anew; answers the positions to read on from. */
export async function resume(
  job: Job,
  checkpoints: CheckpointStore,
  from: StartAt | undefined,
  log: Log,
): Promise<Offsets> {
  const saved = from === undefined ? await checkpoints.load() : undefined
  if (saved !== undefined) {
    const positions = restoreJob(job, saved)
    log.info(`goes on from ${checkpoints.description}: ${describeLedger(job)}`)
    return positions
  }
  log.info(
    from === undefined
      ? 'new job, from the beginning of the log'
      : 'new job, as asked for with --from',
  )
  return new Map()
}

/** A position past the log's end means that the log is not the one the checkpoint was made with. */
export function checkPlace(positions: Offsets, ends: Offsets, topic: string): void {
  for (const [partition, position] of positions) {
    const end = ends.get(partition) ?? 0
    if (position <= end) continue
    throw new RefusedError(
      `The checkpoint is at offset ${position} of ${topic}/${partition}, but the log ends at ${end}: ` +
        'the topic was deleted and made again, or cut.\n' +
        '  Start a new job from the beginning of the log: npm run stream -- --from earliest',
    )
  }
}
