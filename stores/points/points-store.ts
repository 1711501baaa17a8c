// PORT: the points store, where finished windows rest and dashboards read.
import type { Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'

export interface PointsQuery {
  /** Points with fromMs ≤ time < toMs. */
  readonly fromMs?: number
  readonly toMs?: number
}

/** What to remove: every point with fromMs ≤ time < toMs, or exactly the points with these identities. */
export type Removal =
  | { readonly fromMs: number; readonly toMs: number }
  | { readonly points: readonly Pick<Point, 'tags' | 'timeMs'>[] }

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
   * Resolves when every point is durable, else throws (UnavailableError: try again). A point replaces the one with its
   * identity when its version is higher; writing a version again, with the same points, changes nothing. Within one call
   * the last of equal identities wins. `version` is a whole number, 0 to 999,999,999; what was written under one must
   * never be written under it with other values, nor under a lower one.
   */
  write(
    points: readonly Point[],
    measurements: readonly Measurement[],
    version?: number,
  ): Promise<void>
  /** After `prepare`. Rejects where `write` would for want of rights, and writes nothing. For those who only look. */
  tryWrite(): Promise<void>
  /** Points of a measurement, ordered by time, then tags. None when it was never written. */
  read(measurement: Measurement, query: PointsQuery): Promise<Point[]>
  /**
   * The points of a stretch as one for each combination of the measurement's tags, in any order: with the fields of
   * `additions`, as far as any point has them, and the time of the newest. The measurement may have fewer tags than were
   * written; with none, and no additions, the answer is when the newest point was.
   */
  addUp(measurement: Measurement, additions: Additions, query: PointsQuery): Promise<Point[]>
  /**
   * Resolves when the points are gone; such that are not there are no error. RefusedError where the store cannot delete
   * (InfluxDB 3 Core), UnavailableError: try again.
   */
  remove(measurement: Measurement, removal: Removal): Promise<void>
  close(): Promise<void>
}
