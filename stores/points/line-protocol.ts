// Points as lines of InfluxDB's line protocol. Pure.
import { createHash } from 'node:crypto'
import type { FieldType, Measurement, Point } from '../../data/point.ts'
import { encodeTag, TROUBLE_IN_LINE_PROTOCOL } from './tag-text.ts'

/** InfluxDB refuses a point whose measurement and tags take more than 65,535 bytes; this many are for tag values. */
const TAG_VALUES_BYTES = 48_000

/**
 * One line, without a line break, at `time`, in the unit that is written with; undefined for a point without any field,
 * which line protocol cannot say. Fields that are no finite number are left out. A tag value too long for InfluxDB is cut
 * and ends in a hash of the whole, so that different values stay different.
 */
export function toLine(point: Point, measurement: Measurement, time: string): string | undefined {
  const fields = Object.entries(measurement.fields)
    .filter(([name]) => Number.isFinite(point.fields[name]))
    .map(([name, type]) => `${escapeKey(name)}=${numberText(point.fields[name], type, point)}`)
  if (fields.length === 0) return undefined
  const tags = measurement.tags.map(
    (tag) => `,${escapeKey(tag)}=${escapeKey(keptTag(point.tags[tag], measurement))}`,
  )
  return `${escapeName(measurement.name)}${tags.join('')} ${fields.join(',')} ${time}`
}

/** A tag's value as InfluxDB keeps it, before the escapes that only the line needs. */
export function keptTag(value: string, measurement: Measurement): string {
  const longestBytes = Math.floor(TAG_VALUES_BYTES / measurement.tags.length)
  const kept = encodeTag(value, TROUBLE_IN_LINE_PROTOCOL)
  // A code unit takes at most three bytes, or two with its escape.
  if (kept.length * 3 <= longestBytes || byteLength(kept) <= longestBytes) return kept
  const hash = createHash('sha256').update(kept).digest('hex').slice(0, 32)
  const start = Array.from(kept.slice(0, Math.floor(longestBytes / 4) - 40)).slice(0, -1)
  // A trailing escape mark or backslash would take the mark that follows with it.
  return `${start.join('').replace(/[␛\\]+$/, '')}␛…${hash}`
}

const byteLength = (text: string) => Buffer.byteLength(escapeKey(text))

function numberText(value: number, type: FieldType, point: Point): string {
  if (type === 'float') return String(value === 0 ? 0 : value)
  if (!Number.isSafeInteger(value))
    throw new Error(`a point of "${point.measurement}" has ${value} where a whole number belongs`)
  return `${value === 0 ? 0 : value}i`
}

/** Tag keys, tag values and field keys. */
const escapeKey = (text: string) => text.replace(/[,= ]/g, '\\$&')
const escapeName = (text: string) => text.replace(/[, ]/g, '\\$&')
