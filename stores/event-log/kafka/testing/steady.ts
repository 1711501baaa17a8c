// For tests: appends numbered records and reads them as a job does, waiting while the log is away; whatever is left out,
// comes twice or comes in another order is an error.
import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '../../../../kit/errors.ts'
import type { EventLogReader, EventLogWriter } from '../../event-log.ts'

const WAIT_MS = 200

/** Appends to partitions 0 to `partitions` − 1, by turns, records that say where they must be found. */
export class NumberedRecords {
  readonly #next: number[]
  readonly #writer: EventLogWriter

  constructor(writer: EventLogWriter, partitions: number) {
    this.#writer = writer
    this.#next = Array.from({ length: partitions }, () => 0)
  }

  /** `bytes`: how large each value is at least. */
  async append(perPartition: number, bytes = 0): Promise<void> {
    const records = this.#next.flatMap((first, partition) =>
      Array.from({ length: perPartition }, (_, i) => ({
        partition,
        value: Buffer.from(`${partition}:${first + i}`.padEnd(bytes)),
      })),
    )
    await whenAvailable(() => this.#writer.append(records))
    for (const partition of this.#next.keys()) this.#next[partition] += perPartition
  }

  get total(): number {
    return this.#next.reduce((sum, next) => sum + next, 0)
  }
}

/** Reads records of `NumberedRecords`, from the first or from where the reader is. */
export class SteadyReading {
  readonly #reader: EventLogReader
  readonly #next: Map<number, number>
  /** Why reading had to wait, one entry per state. */
  readonly waits: string[] = []
  count = 0

  constructor(reader: EventLogReader) {
    this.#reader = reader
    this.#next = new Map(reader.positions())
  }

  /** Reads one batch, if one comes soon; says whether. Asks for the ends as often as a job does. */
  async step(): Promise<boolean> {
    const ends = await whenAvailable(() => this.#reader.ends(), this.waits)
    const wanted = [...ends.keys()]
    const batch = await whenAvailable(() => this.#reader.read(wanted, WAIT_MS), this.waits)
    if (batch === undefined) return false
    const { partition, count, nextOffset, bytes, starts, ends: stops } = batch
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    let next = this.#next.get(partition) ?? 0
    for (let i = 0; i < count; i++) {
      const text = buffer.toString('utf8', starts[i], stops[i]).trimEnd()
      if (text !== `${partition}:${next}` || batch.offsets[i] !== next)
        throw new Error(`expected ${partition}:${next}, got ${text} at ${batch.offsets[i]}`)
      next++
    }
    if (nextOffset !== next) throw new Error(`next offset is ${nextOffset}, not ${next}`)
    this.#next.set(partition, next)
    this.count += count
    return true
  }

  /** Throws when it takes too long. */
  async untilCount(count: number, patienceMs = 60_000): Promise<void> {
    const untilMs = performance.now() + patienceMs
    while (this.count < count) {
      if (performance.now() > untilMs)
        throw new Error(`read ${this.count} of ${count} in ${patienceMs} ms; ${this.waits}`)
      await this.step()
    }
    if (this.count > count) throw new Error(`read ${this.count}, expected ${count}`)
  }
}

/** As `untilAvailable`, without a word; `waits` gets each reason once in a row. */
export async function whenAvailable<T>(
  attempt: () => Promise<T>,
  waits: string[] = [],
): Promise<T> {
  while (true) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      if (waits.at(-1) !== error.message) waits.push(error.message)
      await delay(WAIT_MS)
    }
  }
}
