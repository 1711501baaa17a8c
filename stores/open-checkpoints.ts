// Opens where a job keeps its place, and where its instances agree who works.
import { join } from 'node:path'
import type { CheckpointStore } from './checkpoints/checkpoint-store.ts'
import type { StoreSettings } from './settings.ts'

/** `job`: name of the job, which says what makes it another one; ASCII, fit for a file name. */
export async function openCheckpoints(
  settings: StoreSettings,
  job: string,
): Promise<CheckpointStore> {
  if (settings.checkpoints === 'mysql' && settings.mysql !== undefined) {
    const { mysqlCheckpoints } = await import('./checkpoints/mysql-place.ts')
    return mysqlCheckpoints(settings.mysql, job)
  }
  const { directoryCheckpoints } = await import('./checkpoints/directory-place.ts')
  return directoryCheckpoints(join(settings.dataDir, 'checkpoints', job))
}
