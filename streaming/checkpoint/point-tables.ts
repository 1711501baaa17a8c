// Points as tables of numbers, and back: what a checkpoint says of them costs little to write, however many they are.
import type { Point } from '../../data/point.ts'

/** Points of one measurement with the same tags and fields, in their order. */
export interface PointTable {
  readonly measurement: string
  readonly tags: readonly string[]
  readonly fields: readonly string[]
  /** Values of tags, each once. */
  readonly texts: readonly string[]
  /** Of each point its tags, by their place in `texts`. */
  readonly codes: Int32Array
  /** Of each point its time, epoch milliseconds, then its fields. */
  readonly numbers: Float64Array
}

export function tablesOf(points: readonly Point[]): PointTable[] {
  const tables: PointTable[] = []
  for (let from = 0; from < points.length; ) {
    const { measurement } = points[from]
    const tags = Object.keys(points[from].tags)
    const fields = Object.keys(points[from].fields)
    let to = from + 1
    while (to < points.length && isLike(points[to], measurement, tags, fields)) to++
    tables.push(tableOf(points.slice(from, to), measurement, tags, fields))
    from = to
  }
  return tables
}

export function pointsOf(tables: readonly PointTable[]): Point[] {
  return tables.flatMap(({ measurement, tags, fields, texts, codes, numbers }) => {
    const width = 1 + fields.length
    return Array.from({ length: numbers.length / width }, (_, row) => ({
      measurement,
      tags: Object.fromEntries(tags.map((tag, i) => [tag, texts[codes[row * tags.length + i]]])),
      fields: Object.fromEntries(fields.map((field, i) => [field, numbers[row * width + 1 + i]])),
      timeMs: numbers[row * width],
    }))
  })
}

function isLike(
  point: Point,
  measurement: string,
  tags: readonly string[],
  fields: readonly string[],
): boolean {
  return (
    point.measurement === measurement &&
    hasNames(point.tags, tags) &&
    hasNames(point.fields, fields)
  )
}

/** Whether these are its keys, in this order. */
function hasNames(record: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  let i = 0
  for (const name in record) if (names[i++] !== name) return false
  return i === names.length
}

function tableOf(
  points: readonly Point[],
  measurement: string,
  tags: readonly string[],
  fields: readonly string[],
): PointTable {
  const codeOf = new Map<string, number>()
  const codes = new Int32Array(points.length * tags.length)
  const numbers = new Float64Array(points.length * (1 + fields.length))
  let [code, number] = [0, 0]
  for (const point of points) {
    for (const tag of tags) {
      const text = point.tags[tag]
      const known = codeOf.get(text) ?? codeOf.size
      if (known === codeOf.size) codeOf.set(text, known)
      codes[code++] = known
    }
    numbers[number++] = point.timeMs
    for (const field of fields) numbers[number++] = point.fields[field]
  }
  return { measurement, tags, fields, texts: [...codeOf.keys()], codes, numbers }
}
