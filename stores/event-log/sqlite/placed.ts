// Reads records that were found in the segments, in whatever thread.
import { BatchMemory, batchFromRuns } from '../batch.ts'
import type { PlacedBatch, RecordBatch } from '../event-log.ts'
import { SegmentReader } from './segments.ts'

/** Into memory that is used again: a batch is good until the next one is read. */
export class PlacedReader {
  readonly #memory = new BatchMemory()
  #directory: string | undefined
  #segments: SegmentReader | undefined

  /** Throws RefusedError when the records are not there. */
  read({ directory, partition, firstOffset, runs }: PlacedBatch): RecordBatch {
    const segments = this.#segmentsIn(directory)
    const memory = this.#memory
    memory.fit(runs)
    let at = 0
    for (const { address, sizeBytes } of runs) {
      segments.read(address, sizeBytes, memory.bytes, at)
      at += sizeBytes
    }
    return batchFromRuns(partition, firstOffset, runs, memory)
  }

  close(): void {
    this.#segments?.close()
    this.#segments = undefined
  }

  #segmentsIn(directory: string): SegmentReader {
    if (this.#segments !== undefined && this.#directory === directory) return this.#segments
    this.close()
    this.#directory = directory
    this.#segments = new SegmentReader(directory)
    return this.#segments
  }
}
