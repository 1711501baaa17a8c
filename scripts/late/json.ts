// How late events were, as an object.
import { jsonOf } from '../dead-letters/table.ts'
import { BOUNDS_MS, type Lateness, type Row } from './lateness.ts'

export const latenessJson = (lateness: Lateness) => ({
  ...rowOf(lateness.all),
  p95Ms: lateness.quantileMs(0.95) ?? null,
  partitions: lateness.partitions.map(([partition, row]) => ({ partition, ...rowOf(row) })),
  latest: lateness.latest.map(jsonOf),
})

/** `counts`: events late by at most so many milliseconds and by more than the bound before; null: by more than all. */
const rowOf = ({ total, unknown, latestMs, counts }: Row) => ({
  ...{ total, unknown, latestMs },
  counts: counts.map((count, column) => ({ atMostMs: BOUNDS_MS[column] ?? null, count })),
})
