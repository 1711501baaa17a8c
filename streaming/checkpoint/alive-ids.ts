// The ids of a captured state without those that are forgotten already: while a job catches up, that is most of them.
import { ENTRY_WORDS, type RecentIdsState } from '../window/recent-ids.ts'

/** Looked at in one slice: a few milliseconds. */
const SLICE_WORDS = ENTRY_WORDS << 18

/** Those whose deadline is not over, in their order: a copy, if some are left out. Yields between slices. */
export function* aliveIds(ids: RecentIdsState): Generator<void, RecentIdsState> {
  const { entries, deadlinesMs } = ids
  const isOver = Uint8Array.from(deadlinesMs, (ms) => (Number.isNaN(ms) ? 1 : 0))
  if (!isOver.includes(1)) return ids
  let sizeWords = 0
  for (let from = 0; from < entries.length; from += SLICE_WORDS) {
    sizeWords += ENTRY_WORDS * countAlive(entries.subarray(from, from + SLICE_WORDS), isOver)
    if (from + SLICE_WORDS < entries.length) yield
  }
  if (sizeWords === entries.length) return ids
  const alive = new Int32Array(sizeWords)
  let used = 0
  for (let from = 0; from < entries.length; from += SLICE_WORDS) {
    used = copyAlive(entries.subarray(from, from + SLICE_WORDS), isOver, alive, used)
    if (from + SLICE_WORDS < entries.length) yield
  }
  return { ...ids, entries: alive }
}

function countAlive(entries: Int32Array, isOver: Uint8Array): number {
  let count = 0
  for (let at = ENTRY_WORDS - 1; at < entries.length; at += ENTRY_WORDS)
    count += 1 - isOver[entries[at]]
  return count
}

/** Answers up to where `to` is filled then. */
function copyAlive(
  entries: Int32Array,
  isOver: Uint8Array,
  to: Int32Array,
  filledWords: number,
): number {
  let filled = filledWords
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
    if (isOver[entries[at + ENTRY_WORDS - 1]] === 1) continue
    for (let i = 0; i < ENTRY_WORDS; i++) to[filled++] = entries[at + i]
  }
  return filled
}
