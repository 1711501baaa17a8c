// A point of a time series: what windows turn into and what points stores keep.

/** A whole number, or a floating-point one. Stores keep the difference (InfluxDB's `1i` and `1`). */
export type FieldType = 'integer' | 'float'

/**
 * One row of a measurement. Its identity is (measurement, tags, timeMs): writing a point whose identity is there already
 * replaces its fields.
 */
export interface Point {
  readonly measurement: string
  /** Every tag of the measurement, in the metric's order. Never empty strings: a missing value is `unknown`. */
  readonly tags: Readonly<Record<string, string>>
  /** Absent fields have no value in this window (a ratio over nothing). */
  readonly fields: Readonly<Record<string, number>>
  /** Start of the window, epoch milliseconds. */
  readonly timeMs: number
}

/** What a measurement is made of: the stores need it to keep types and to read points back. */
export interface Measurement {
  readonly name: string
  readonly tags: readonly string[]
  readonly fields: Readonly<Record<string, FieldType>>
}

/** What a tag without a value is called. */
export const UNKNOWN = 'unknown'

/** What the tags are called of the group that all but the largest are added up in. */
export const OTHER = 'other'
