// What a benchmark gets, and what it answers.
import type { MysqlSettings } from '../../stores/settings.ts'
import type { Say } from './data.ts'
import type { InfluxAccess } from './environment.ts'
import type { Figure } from './figures.ts'
import type { BenchSize } from './fill.ts'
import type { Measured } from './measured.ts'

export interface Bench {
  /** All of it, which takes a long time, instead of two minutes' worth. */
  readonly isFull: boolean
  readonly size: BenchSize
  /** The steady part of runs over the size's events. */
  readonly steady: readonly [fromEvents: number, toEvents: number]
  readonly rounds: number
  /** Absent: there is none, and what needs it is left out. */
  readonly brokers?: string
  readonly mysql?: MysqlSettings
  readonly influx?: InfluxAccess
  readonly say: Say
  /** Aborted when it is to end early. */
  readonly signal: AbortSignal
}

export interface Outcome {
  readonly figures: readonly Figure[]
  /** Programs that were compared, for a table of their own. */
  readonly runs?: ReadonlyMap<string, readonly Measured[]>
}

/** A benchmark; `names` are those of the flag `--only` that choose it. */
export interface Benchmark {
  readonly names: readonly string[]
  /** What must be there: told when it is not. */
  readonly needs: readonly ('brokers' | 'mysql' | 'influx')[]
  /** `chosen`: those of its names that are wanted. */
  run(bench: Bench, chosen: ReadonlySet<string>): Promise<Outcome>
}
