// Ids in an array, and a hash table that tells where in it each is: open addressing with linear probing. A word of the
// table is a place, counted from 1, in the low bits, and above them those bits of the id that is there: an id that is not
// there is told so without a look at the array.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'

/** An entry of the array: the fingerprint, then the number of its deadline. */
export const ENTRY_WORDS = FINGERPRINT_WORDS + 1
/** In the table: nothing is here. */
export const FREE = 0
/** Of the table: what is there of what there is room for. */
const LOAD_MAX = 2 / 3
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
  for (let at = from * stride, end = to * stride; at < end; at += stride)
    read ^= table[words[at] & mask]
  WARMED[0] = read
}

/** Entry `index` becomes the id whose fingerprint is `words[at..)`, with the number of its deadline. */
export function putEntry(
  entries: Int32Array,
  index: number,
  words: Int32Array,
  at: number,
  deadline: number,
): void {
  const own = index * ENTRY_WORDS
  entries[own] = words[at]
  entries[own + 1] = words[at + 1]
  entries[own + 2] = words[at + 2]
  entries[own + FINGERPRINT_WORDS] = deadline
}

/** Where in the table the id whose fingerprint is `words[at..)` is, or belongs. */
export function placeOf(
  table: Int32Array,
  entries: Int32Array,
  words: Int32Array,
  at: number,
): number {
  const mask = table.length - 1
  const bits = words[at + 1] & ~mask
  let place = words[at] & mask
  for (let word = table[place]; word !== FREE; word = table[place]) {
    const own = ((word & mask) - 1) * ENTRY_WORDS
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

/** Copies those of the first `count` entries that are not forgotten; answers how many. `numbers`: of their deadlines. */
export function moveAll(
  from: Int32Array,
  count: number,
  numbers: Int32Array,
  to: Int32Array,
): number {
  let moved = 0
  for (let at = 0; at < count * ENTRY_WORDS; at += ENTRY_WORDS) {
    const deadline = numbers[from[at + FINGERPRINT_WORDS]]
    const own = moved * ENTRY_WORDS
    to[own] = from[at]
    to[own + 1] = from[at + 1]
    to[own + 2] = from[at + 2]
    to[own + FINGERPRINT_WORDS] = deadline
    // Without a branch that nothing foretells: one that is forgotten is written over.
    moved += deadline < 0 ? 0 : 1
  }
  return moved
}

/** Puts entries, which differ from all that are there, into a table. */
export function placeEach(
  table: Int32Array,
  entries: Int32Array,
  deadlinesMs: readonly number[],
  from: number,
  end: number,
): void {
  const mask = table.length - 1
  for (let entry = from; entry < end; entry++) {
    if ((entry - from) % WARM_AT_ONCE === 0)
      warm(table, entries, ENTRY_WORDS, entry, Math.min(entry + WARM_AT_ONCE, end))
    const at = entry * ENTRY_WORDS
    if (Number.isNaN(deadlinesMs[entries[at + FINGERPRINT_WORDS]])) continue
    let place = entries[at] & mask
    while (table[place] !== FREE) place = (place + 1) & mask
    table[place] = (entries[at + 1] & ~mask) | (entry + 1)
  }
}
