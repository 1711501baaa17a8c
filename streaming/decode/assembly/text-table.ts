// Short texts and a number for each, as a hash table in memory: texts that a field may have, codes of those it had.
import {
  TABLE_COUNT,
  TABLE_MASK,
  TABLE_SLOT_BYTES,
  TABLE_SLOT_LENGTH,
  TABLE_SLOT_NUMBER,
  TABLE_SLOTS,
  TABLE_TEXT_MAX,
} from './layout.ts'

/** The number of a text, all of it above 0; 0: it is not there. Reads 16 bytes, whatever the length. */
export function numberOf(table: u32, at: u32, length: u32): u32 {
  if (length > <u32>TABLE_TEXT_MAX) return 0
  const text = filledUp(at, length)
  const mask = load<u32>(table, TABLE_MASK)
  let i = placeOf(text, length) & mask
  while (true) {
    const slot = table + TABLE_SLOTS + i * TABLE_SLOT_BYTES
    const number = load<u32>(slot, TABLE_SLOT_NUMBER)
    const isIt =
      !v128.any_true(v128.xor(v128.load(slot), text)) &&
      load<u32>(slot, TABLE_SLOT_LENGTH) === length
    if (isIt || number === 0) return number
    i = (i + 1) & mask
  }
}

/** Adds a text; nothing happens when it is there already, or too long, or the table half full. */
export function addText(table: u32, at: u32, length: u32, number: u32): void {
  const mask = load<u32>(table, TABLE_MASK)
  const count = load<u32>(table, TABLE_COUNT) + 1
  if (length > <u32>TABLE_TEXT_MAX || count * 2 > mask || numberOf(table, at, length) !== 0) return
  store<u32>(table, count, TABLE_COUNT)
  const text = filledUp(at, length)
  let i = placeOf(text, length) & mask
  while (load<u32>(table + TABLE_SLOTS + i * TABLE_SLOT_BYTES, TABLE_SLOT_NUMBER) !== 0) {
    i = (i + 1) & mask
  }
  const slot = table + TABLE_SLOTS + i * TABLE_SLOT_BYTES
  v128.store(slot, text)
  store<u32>(slot, length, TABLE_SLOT_LENGTH)
  store<u32>(slot, number, TABLE_SLOT_NUMBER)
}

/** The text in 16 bytes, zeros after its end. */
// @ts-expect-error decorator
@inline
function filledUp(at: u32, length: u32): v128 {
  const isText = i8x16.lt_u(
    i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    i8x16.splat(<i8>length),
  )
  return v128.and(v128.load(at), isText)
}

// @ts-expect-error decorator
@inline
function placeOf(text: v128, length: u32): u32 {
  const low = <u64>i64x2.extract_lane(text, 0) * 0x9e3779b97f4a7c15
  const high = <u64>i64x2.extract_lane(text, 1) * 0xc2b2ae3d27d4eb4f
  const hash = (low ^ high) + length
  return <u32>((hash ^ (hash >> 29)) >> 32)
}
