// For tests: a file that holds every kind of bad record that a file can hold, between two good ones.
import { writeFileSync } from 'node:fs'

const event = (more: object = {}) => ({
  event_id: 'e1',
  event_type: 'purchase',
  user_id: 'user-1',
  event_time: '2025-03-01T09:00:00Z',
  quantity: 1,
  unit_price: 9.99,
  ...more,
})
/** A purchase for 9.99 as JSON; what is given replaces. */
export const json = (more: object = {}) => JSON.stringify(event(more))

const LINES: readonly (readonly [line: string | Buffer, reason: string, field: string])[] = [
  [json().slice(0, -2), 'json', ''],
  ['[1, 2]', 'json', ''],
  ['not even close', 'json', ''],
  [json({ user_id: undefined }), 'missing', 'user_id'],
  [json({ quantity: null }), 'missing', 'quantity'],
  [json({ quantity: 'two' }), 'type', 'quantity'],
  [json({ event_time: 'noon' }), 'time', 'event_time'],
  [json({ quantity: -2 }), 'range', 'quantity'],
  [json({ unit_price: 0.001 }), 'decimals', 'unit_price'],
  [json({ currency: 'GOLD' }), 'currency', 'currency'],
  [json({ event_time: '2999-01-01T00:00:00Z' }), 'future', 'event_time'],
  [Buffer.from(json({ page: 'café' }), 'latin1'), 'utf8', ''],
  [json({ page: 'x'.repeat(5 << 20) }), 'too_large', ''],
]

/** Each bad line of the file, its offset when the file is all there is in a partition, and what must become of it. */
export const BAD_LINES = LINES.map(([line, reason, field], index) => ({
  line,
  reason,
  field,
  offset: index + 1,
}))

export const bytesOf = (line: string | Buffer): Buffer =>
  typeof line === 'string' ? Buffer.from(line) : line

export function writeBadLines(file: string): void {
  const lines = [json(), ...LINES.map(([line]) => line), json({ event_id: 'e2' })]
  writeFileSync(file, Buffer.concat(lines.flatMap((line) => [bytesOf(line), Buffer.from('\n')])))
}
