// Appends what was set aside to its topic again, each record to the partition it came from, and marks it as replayed.
// Appended first and marked then, some at a time: killed in between, those few are appended twice; none is lost.
import { RefusedError } from '../../kit/errors.ts'
import { type RetryContext, untilAvailable } from '../../kit/retry.ts'
import type { KeptRecord, SetAsideArchive } from '../../stores/dead-letters/dead-letters.ts'
import type { EventLogWriter } from '../../stores/event-log/event-log.ts'

/** What is appended and marked at a time. */
const BATCH_RECORDS_MAX = 500
const BATCH_BYTES_MAX = 512 << 10

export interface ReplayContext {
  readonly archive: Pick<SetAsideArchive, 'markReplayed'>
  readonly writer: EventLogWriter
  /** How many the topic has. */
  readonly partitions: number
  readonly retry: RetryContext
}

export interface Replayed {
  readonly count: number
  /** Left alone, as only the beginning of their values is kept. */
  readonly cut: number
  /** Not taken by the event log, and why. */
  readonly refused: readonly { readonly record: KeptRecord; readonly why: string }[]
}

/** Ends early, between two batches, when the signal of `retry` is aborted. */
export async function replayRecords(
  records: AsyncIterable<KeptRecord>,
  context: ReplayContext,
): Promise<Replayed> {
  let count = 0
  let cut = 0
  const refused: { record: KeptRecord; why: string }[] = []
  for await (const batch of batchesOf(records)) {
    if (context.retry.signal?.aborted) break
    const whole = batch.filter(({ isCut }) => !isCut)
    cut += batch.length - whole.length
    try {
      await replayBatch(whole, context)
      count += whole.length
    } catch (error) {
      // Too large for the topic; such records are alone in their batch.
      if (!(error instanceof RefusedError) || whole.length !== 1) throw error
      refused.push({ record: whole[0], why: error.message })
    }
  }
  return { count, cut, refused }
}

async function replayBatch(
  records: readonly KeptRecord[],
  { archive, writer, partitions, retry }: ReplayContext,
): Promise<void> {
  if (records.length === 0) return
  // A topic that was made anew may have fewer partitions.
  const again = records.map(({ partition, value }) => ({
    partition: partition % partitions,
    value,
  }))
  await untilAvailable(retry, () => writer.append(again))
  await untilAvailable(retry, () => archive.markReplayed(records))
}

/** In order; a large record makes a batch of its own. */
async function* batchesOf(records: AsyncIterable<KeptRecord>): AsyncGenerator<KeptRecord[]> {
  let batch: KeptRecord[] = []
  let batchBytes = 0
  for await (const record of records) {
    const bytes = record.value?.length ?? 0
    if (batch.length > 0 && batchBytes + bytes > BATCH_BYTES_MAX) {
      yield batch
      batch = []
      batchBytes = 0
    }
    batch.push(record)
    batchBytes += bytes
    if (batch.length < BATCH_RECORDS_MAX) continue
    yield batch
    batch = []
    batchBytes = 0
  }
  if (batch.length > 0) yield batch
}
