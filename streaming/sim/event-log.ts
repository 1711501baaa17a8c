// The simulated event log: partitions that grow as the world goes on, and readers of them.
import { batchFromBlobs, encodeValues } from '../../stores/event-log/batch.ts'
import type {
  EventLog,
  EventLogReader,
  Offsets,
  ReaderOptions,
  RecordBatch,
} from '../../stores/event-log/event-log.ts'
import type { Run } from './lineage.ts'
import type { SimProcess } from './process.ts'
import type { Random } from './random.ts'
import type { SimRecord } from './records.ts'
import type { WorldSettings } from './settings.ts'

export class SimLog {
  readonly partitions: SimRecord[][] = []
  readonly committed = new Map<number, number>()
  /** Who has committed: what was computed before it started is written then. */
  readonly committers = new Set<SimProcess>()
  readonly #settings: WorldSettings
  readonly #random: Random

  constructor(settings: WorldSettings, random: Random, partitionCount: number) {
    this.#settings = settings
    this.#random = random
    this.grow(partitionCount)
  }

  /** From now on there are so many partitions at least. */
  grow(count: number): void {
    while (this.partitions.length < count) this.partitions.push([])
  }

  append(record: SimRecord): void {
    this.grow(record.partition + 1)
    this.partitions[record.partition].push(record)
  }

  get ends(): Map<number, number> {
    return new Map(this.partitions.map((records, partition) => [partition, records.length]))
  }

  /** The log as a run of `process` sees it. */
  for(process: SimProcess, run: Run): EventLog {
    const never = () => Promise.reject(new Error('a job does not do this'))
    return {
      description: 'simulated',
      isShared: this.#settings.ownWorks,
      identity: never,
      createTopic: never,
      tryCreateTopic: never,
      tryWrite: never,
      addPartitions: never,
      writer: never,
      ends: never,
      close: async () => {},
      reader: (options) =>
        process.call({
          operation: 'open reader',
          detail: options.group,
          effect: () => this.#reader(options, process, run),
        }),
    }
  }

  #reader({ from, group }: ReaderOptions, process: SimProcess, run: Run): EventLogReader {
    const positions = new Map([...this.ends.keys()].map((p) => [p, from?.get(p) ?? 0]))
    const isRebuild = group.endsWith('.rebuild')
    if (isRebuild) run.isRebuilding = true
    return {
      read: (wanted, waitMs) =>
        process.call({
          operation: 'read',
          detail: `of ${wanted.join(', ')}`,
          effect: () => this.#next(wanted, positions),
          tell: (batch) =>
            batch === undefined
              ? ': nothing'
              : `: ${batch.partition}/${batch.offsets[0]} +${batch.count}`,
          takesMs: (batch) => (batch === undefined ? waitMs : 0),
          onAnswer: (batch) => {
            if (batch === undefined) return
            const { partition, nextOffset } = batch
            const before = positions.get(partition) ?? 0
            positions.set(partition, nextOffset)
            run.read(
              isRebuild,
              partition,
              before,
              this.partitions[partition].slice(before, nextOffset),
            )
          },
        }),
      ends: () =>
        process.call({
          operation: 'ends',
          detail: '',
          effect: () => this.ends,
          tell: (ends) => `: ${textOf(ends)}`,
          onAnswer: (ends) => {
            for (const partition of ends.keys())
              if (!positions.has(partition)) positions.set(partition, 0)
          },
        }),
      positions: () => positions,
      commit: (next) =>
        process.call({
          operation: 'commit',
          detail: textOf(next),
          effect: () => {
            for (const [partition, offset] of next) this.committed.set(partition, offset)
            this.committers.add(process)
          },
        }),
      close: async () => {},
    }
  }

  /** Usually of the first wanted partition that has some; a real log may have others at hand sooner. */
  #next(wanted: readonly number[], positions: Offsets): RecordBatch | undefined {
    const random = this.#random
    const filled = wanted.filter((p) => this.partitions[p].length > (positions.get(p) ?? 0))
    if (filled.length === 0) return undefined
    const partition = random.chance(0.9) ? filled[0] : random.pick(filled)
    const position = positions.get(partition) ?? 0
    const count = random.int(1, this.#settings.batchRecordsMax)
    const records = this.partitions[partition].slice(position, position + count)
    const bytes = encodeValues(records.map(({ value }) => value))
    const blob = { baseOffset: position, count: records.length, appendedMs: Number.NaN, bytes }
    const { knowsAppended, startMs } = this.#settings
    const appendedMs = Float64Array.from(records, ({ atMs }) =>
      knowsAppended ? startMs + atMs : Number.NaN,
    )
    return { ...batchFromBlobs(partition, position, [blob]), appendedMs }
  }
}

const textOf = (offsets: Offsets): string => [...offsets].map(([p, at]) => `${p}:${at}`).join(' ')
