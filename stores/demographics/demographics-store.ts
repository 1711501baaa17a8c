// PORT: the demographics store. The batch loader writes it, the streaming job looks users up in it.
import type { Demographic } from '../../data/demographics.ts'
import type { LookupStore } from '../lookup/lookup-store.ts'

export interface UpsertCounts {
  readonly inserted: number
  readonly updated: number
}

/** Its `lookup` answers rows of the table `demographics` by user_id; `updated_at` tells when one changed. */
export interface DemographicsStore extends LookupStore {
  /** Inserts or replaces rows by user_id, all or none. Ids within one call differ. */
  upsert(rows: readonly Demographic[]): Promise<UpsertCounts>
  count(): Promise<number>
  /** How many different combinations of values the columns have; 1 for no columns. */
  combinations(columns: readonly string[]): Promise<number>
}
