// Short texts and a number for each, as a hash table in memory: texts that a field may have, codes of those it had.
import {
  HEAD_LONG,
  HEAD_MARK,
  TABLE_COUNT,
  TABLE_MASK,
  TABLE_SLOT_BYTES,
  TABLE_SLOT_NUMBER,
  TABLE_SLOTS,
} from './layout.ts'

/** The number of the text with this HEAD, all of it above 0; 0: it is not there. */
export function numberOf(table: u32, head: v128): u32 {
  const mask = load<u32>(table, TABLE_MASK)
  let i = placeOf(head) & mask
  while (true) {
    const slot = table + TABLE_SLOTS + i * TABLE_SLOT_BYTES
    const number = load<u32>(slot, TABLE_SLOT_NUMBER)
    if (number === 0 || !v128.any_true(v128.xor(v128.load(slot), head))) return number
    i = (i + 1) & mask
  }
}

/** Adds the text whose HEAD is at `at`; nothing happens when it is there already, or long, or the table half full. */
export function addText(table: u32, at: u32, number: u32): void {
  const head = v128.load(at)
  const mask = load<u32>(table, TABLE_MASK)
  const count = load<u32>(table, TABLE_COUNT) + 1
  if (load<u32>(at, HEAD_MARK) === HEAD_LONG) return
  if (count * 2 > mask || numberOf(table, head) !== 0) return
  store<u32>(table, count, TABLE_COUNT)
  let i = placeOf(head) & mask
  while (load<u32>(table + TABLE_SLOTS + i * TABLE_SLOT_BYTES, TABLE_SLOT_NUMBER) !== 0) {
    i = (i + 1) & mask
  }
  const slot = table + TABLE_SLOTS + i * TABLE_SLOT_BYTES
  v128.store(slot, head)
  store<u32>(slot, number, TABLE_SLOT_NUMBER)
}

// @ts-expect-error decorator
@inline
function placeOf(head: v128): u32 {
  const low = <u64>i64x2.extract_lane(head, 0) * 0x9e3779b97f4a7c15
  const high = <u64>i64x2.extract_lane(head, 1) * 0xc2b2ae3d27d4eb4f
  const hash = low ^ high
  return <u32>((hash ^ (hash >> 29)) >> 32)
}
