// Opens where a job keeps its place.
import { join } from 'node:path'
import type { CheckpointStore } from './checkpoints/checkpoint-store.ts'
import { directoryCheckpoints } from './checkpoints/directory-place.ts'
import type { StoreSettings } from './settings.ts'

/** `job`: name of the job, which says what makes it another one. */
export function openCheckpoints(settings: StoreSettings, job: string): CheckpointStore {
  return directoryCheckpoints(join(settings.dataDir, 'checkpoints', job))
}
