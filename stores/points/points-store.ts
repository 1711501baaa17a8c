// PORT: the points store, where finished windows rest and dashboards read.
import type { Measurement, Point } from '../../data/point.ts'

export interface PointsQuery {
  /** Points with fromMs ≤ time < toMs. */
  readonly fromMs?: number
  readonly toMs?: number
}

export interface PointsStore {
  /** What it is and where, for the line that programs print: "InfluxDB 2.7 http://…/ecommerce". */
  readonly description: string
  /**
   * The same for one store always, before it was reached and after its server was upgraded too; another for every other
   * store. A checkpoint belongs to it.
   */
  readonly identity: string
  /**
   * Before the first write or read: reachable, authorised; makes the bucket or database when it is missing. Throws
   * RefusedError that names the variable to mend, or UnavailableError.
   */
  prepare(): Promise<void>
  /**
   * Resolves when every point is durable, else throws (UnavailableError: try again). Writing the same points again
   * changes nothing: a point replaces the one with its identity. Within one call the last of equal identities wins.
   */
  write(points: readonly Point[], measurements: readonly Measurement[]): Promise<void>
  /** Points of a measurement, ordered by time, then tags. None when it was never written. */
  read(measurement: Measurement, query: PointsQuery): Promise<Point[]>
  close(): Promise<void>
}
