// What a run of the streaming job is told.
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { StartAt } from '../stores/event-log/event-log.ts'
import type { LookupStore } from '../stores/lookup/lookup-store.ts'
import type { StoreSettings } from '../stores/settings.ts'
import type { StreamingConfig } from './config.ts'

export interface StreamOptions {
  readonly pipeline: Pipeline
  readonly settings: StoreSettings
  /** Opens the table that the pipeline's enrichment names. Absent: the demographics. */
  readonly openTable?: (settings: StoreSettings) => Promise<LookupStore>
  readonly config: StreamingConfig
  /** Process what is in the log now, write every window and return. */
  readonly once: boolean
  /** Start a new job here; absent: go on from the checkpoint, or from the log's beginning. */
  readonly from?: StartAt
  /** Told where the job's state is served, "http://127.0.0.1:4100": the port may be another than the configured one. */
  readonly onStatusAddress?: (address: string) => void
}
