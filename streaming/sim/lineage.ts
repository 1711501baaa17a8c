// Who read what with which rows of the users, down the line of checkpoints: what was decided is what the run read that
// saved the checkpoint that a later run, or nobody, went on from. With it the oracle knows the tags of every event exactly.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { readSnapshot } from '../checkpoint/encode.ts'
import type { Snapshot } from '../checkpoint/snapshot.ts'
import type { Row, SimRecord } from './records.ts'

/** By partition and offset. */
type Each<T> = T[][]

/** A metric, and for each record the row of its user with which the metric counted it. */
export interface Counted {
  readonly metric: Metric
  readonly rows: Each<Row | undefined>
}

/** What a checkpoint holds. */
export interface Decided {
  readonly snapshot: Snapshot
  readonly counted: ReadonlyMap<string, Counted>
  /** The metrics that there were when each record was read. */
  readonly metrics: Each<readonly Metric[]>
}

/** One run of an instance: its table, and what it has read. */
export class Run {
  readonly pipeline: Pipeline
  readonly table = new Map<string, Row>()
  readonly rebuildTable = new Map<string, Row>()
  isRebuilding = false
  /** The step at which it had made sure of the table. */
  migratedAtStep = -1
  #counted: Map<string, Counted>
  /** Metrics that are computed from the log before it goes on. */
  #changed: ReadonlySet<string> = new Set()
  #metrics: Each<readonly Metric[]> = []

  constructor(pipeline: Pipeline) {
    this.pipeline = pipeline
    this.#counted = new Map(pipeline.metrics.map((metric) => [metric.name, { metric, rows: [] }]))
  }

  /** It goes on from what was decided. */
  goOn({ counted, metrics, snapshot: { positions } }: Decided): void {
    const changed = new Set<string>()
    this.#counted = new Map(
      this.pipeline.metrics.map((metric) => {
        const { name } = metric
        const before = counted.get(name)
        const isSame = before !== undefined && definitionOf(before.metric) === definitionOf(metric)
        if (!isSame) changed.add(name)
        return [name, { metric, rows: isSame ? upTo(before.rows, positions) : [] }]
      }),
    )
    this.#changed = changed
    this.#metrics = upTo(metrics, positions)
  }

  read(isRebuild: boolean, partition: number, offset: number, records: readonly SimRecord[]): void {
    const table = isRebuild ? this.rebuildTable : this.table
    for (const [index, { event }] of records.entries()) {
      const row = event && table.get(event.user_id)
      for (const [name, { rows }] of this.#counted)
        if (!isRebuild || this.#changed.has(name)) put(rows, partition, offset + index, row)
      if (!isRebuild) put(this.#metrics, partition, offset + index, this.pipeline.metrics)
    }
  }

  /** What a checkpoint of these parts holds. */
  decided(parts: readonly Uint8Array[]): Decided {
    const snapshot = readSnapshot(parts)
    if (snapshot === undefined) throw new Error('a checkpoint that cannot be read was saved')
    const { positions } = snapshot
    const counted = [...this.#counted]
      .filter(([name]) => snapshot.metrics.has(name))
      .map(([name, { metric, rows }]) => [name, { metric, rows: upTo(rows, positions) }] as const)
    return { snapshot, counted: new Map(counted), metrics: upTo(this.#metrics, positions) }
  }
}

function put<T>(each: Each<T>, partition: number, offset: number, value: T): void {
  while (each.length <= partition) each.push([])
  each[partition][offset] = value
}

const upTo = <T>(each: Each<T>, positions: ReadonlyMap<number, number>): Each<T> =>
  each.map((list, partition) => list.slice(0, positions.get(partition) ?? 0))

/** Two metrics with the same text count the same. */
const definitionOf = ({ where, by, window, values, allowedLatenessMs }: Metric): string =>
  JSON.stringify({ where, by, window, values, allowedLatenessMs })
