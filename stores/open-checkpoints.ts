// Opens where a job keeps its place, and where its instances agree who works.
import { join } from 'node:path'
import type { CheckpointStore } from './checkpoints/checkpoint-store.ts'
import { directoryCheckpoints } from './checkpoints/directory-place.ts'
import { mysqlCheckpoints } from './checkpoints/mysql-place.ts'
import type { StoreSettings } from './settings.ts'

/** `job`: name of the job, which says what makes it another one; ASCII, fit for a file name. */
export function openCheckpoints(settings: StoreSettings, job: string): CheckpointStore {
  if (settings.checkpoints === 'mysql' && settings.mysql !== undefined)
    return mysqlCheckpoints(settings.mysql, job)
  return directoryCheckpoints(join(settings.dataDir, 'checkpoints', job))
}
