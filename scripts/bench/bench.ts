// What a benchmark gets, and what it answers.
import type { InfluxSettings, MysqlSettings } from '../../stores/settings.ts'
import type { Say } from './data.ts'
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

type InfluxAccess = Omit<InfluxSettings, 'bucket'>

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

/** The address of MySQL as programs read it. */
export const mysqlEnvironment = ({ host, port, user, password, database }: MysqlSettings) => ({
  MYSQL_HOST: host,
  MYSQL_PORT: String(port),
  MYSQL_USER: user,
  MYSQL_PASSWORD: password,
  MYSQL_DATABASE: database,
})

/** The address of InfluxDB as programs read it, with a bucket for benchmarks. */
export const influxEnvironment = ({ url, token, org }: InfluxAccess) => ({
  INFLUX_URL: url,
  INFLUX_TOKEN: token,
  INFLUX_ORG: org,
  INFLUX_BUCKET: 'bench',
})
