// Identity and order of points, the same in every store.
import type { Measurement, Point } from './point.ts'

/** Text that is equal for two points exactly when their measurement, tags and time are. */
export function identityOf(
  point: Pick<Point, 'tags' | 'timeMs'>,
  measurement: Measurement,
): string {
  const { name, tags } = measurement
  let identity = `${point.timeMs} ${name.length} ${name}`
  for (const tag of tags) {
    const value = point.tags[tag]
    // Whatever is in a value, its length says where it ends.
    identity += ` ${value.length} ${value}`
  }
  return identity
}

/** Of points with equal identity the last one, where the first one stood; points without any field are left out. */
export function lastOfEach(
  points: readonly Point[],
  measurementOf: (point: Point) => Measurement,
): Point[] {
  const byIdentity = new Map<string, Point>()
  for (const point of points) {
    if (isEmpty(point)) continue
    byIdentity.set(identityOf(point, measurementOf(point)), point)
  }
  return [...byIdentity.values()]
}

/** Without any field. */
export function isEmpty({ fields }: Point): boolean {
  for (const _ in fields) return false
  return true
}

/** Finds a point's measurement. A point of another measurement is a bug of the caller. */
export function measurementFinder(
  measurements: readonly Measurement[],
): (point: Point) => Measurement {
  const byName = new Map(measurements.map((measurement) => [measurement.name, measurement]))
  return (point) => {
    const measurement = byName.get(point.measurement)
    if (measurement === undefined)
      throw new Error(
        `a point of "${point.measurement}" was written without its measurement; given: ${[...byName.keys()].join(', ')}`,
      )
    return measurement
  }
}

/** Orders by time, then by tags in the measurement's order. */
export function comparePoints(measurement: Measurement): (a: Point, b: Point) => number {
  return (a, b) => {
    if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs
    for (const tag of measurement.tags) {
      const order = compareText(a.tags[tag], b.tags[tag])
      if (order !== 0) return order
    }
    return 0
  }
}

/** Orders by code point, as UTF-8 bytes do and SQLite does. JavaScript's `<` puts U+FFFD after an emoji. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return a.length - b.length
}

/** Surrogates, halves of the code points above U+FFFF, rank above all other code units. */
const codePointRank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
