// Ids in an array, and a hash table that tells where in it each is: open addressing with linear probing. A word of the
// table is a place, counted from 1, in the low bits, and above them those bits of the id that is there: an id that is not
// there is told so without a look at the array.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'

/** An entry of the array: the fingerprint, then the number of its deadline. */
export const ENTRY_WORDS = FINGERPRINT_WORDS + 1
/** In the table: nothing is here. */
export const FREE = 0
/** Of the table: what is there of what there is room for. */
const LOAD_MAX = 0.5
/** Places of the table that are read at once: as many cache lines as fit well. */
export const WARM_AT_ONCE = 128
/** Of no meaning: what is read for nothing would be left out. */
const WARMED = new Int32Array(1)

/** Words of a table for so many entries. */
export const tableLength = (capacity: number): number =>
  2 ** Math.ceil(Math.log2(capacity / LOAD_MAX))

/**
 * Reads the table where the ids that begin at each `stride` of `words` will be looked for, all at once: looked for one by
 * one, each would wait for memory.
 */
export function warm(
  table: Int32Array,
  words: Int32Array,
  stride: number,
  from: number,
  to: number,
): void {
  const mask = table.length - 1
  let read = 0
  for (let id = from; id < to; id++) read ^= table[words[id * stride] & mask]
  WARMED[0] = read
}

/**
 * Where in the table the id whose fingerprint is `words[at..)` is, or belongs. The table's places are counted from `start`
 * in the entries.
 */
export function placeOf(
  table: Int32Array,
  entries: Int32Array,
  start: number,
  words: Int32Array,
  at: number,
): number {
  const mask = table.length - 1
  const bits = words[at + 1] & ~mask
  let place = words[at] & mask
  for (let word = table[place]; word !== FREE; word = table[place]) {
    const own = (start + (word & mask) - 1) * ENTRY_WORDS
    if (
      (word & ~mask) === bits &&
      entries[own] === words[at] &&
      entries[own + 1] === words[at + 1] &&
      entries[own + 2] === words[at + 2]
    )
      break
    place = (place + 1) & mask
  }
  return place
}

/** Of the first `count` entries those that are not forgotten, copied. */
export function liveIn(
  entries: Int32Array,
  count: number,
  deadlinesMs: readonly number[],
): Int32Array<ArrayBuffer> {
  const isLive = (entry: number) =>
    !Number.isNaN(deadlinesMs[entries[entry * ENTRY_WORDS + FINGERPRINT_WORDS]])
  let live = 0
  for (let entry = 0; entry < count; entry++) if (isLive(entry)) live++
  const kept = new Int32Array(live * ENTRY_WORDS)
  for (let [entry, at] = [0, 0]; at < kept.length; entry++) {
    if (!isLive(entry)) continue
    const own = entry * ENTRY_WORDS
    for (let word = 0; word < ENTRY_WORDS; word++) kept[at++] = entries[own + word]
  }
  return kept
}

/** Puts entries, which differ from each other, into an empty table: the first of them is at place 0. */
export function placeEach(table: Int32Array, entries: Int32Array): void {
  const mask = table.length - 1
  const count = entries.length / ENTRY_WORDS
  for (let entry = 0; entry < count; entry++) {
    if (entry % WARM_AT_ONCE === 0)
      warm(table, entries, ENTRY_WORDS, entry, Math.min(entry + WARM_AT_ONCE, count))
    const at = entry * ENTRY_WORDS
    let place = entries[at] & mask
    while (table[place] !== FREE) place = (place + 1) & mask
    table[place] = (entries[at + 1] & ~mask) | (entry + 1)
  }
}
