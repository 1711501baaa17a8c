// The ids of counted events, in memory that all threads share: an event that comes to two workers counts once. As RecentIds
// (window/), but each thread writes entries into a region of its own and publishes them in one table by compare-and-swap:
// there is no lock. Entries never move and are never cleared away but by `rebuild`, while no other thread is at work. Most
// are forgotten soon, and never copied: only what is still remembered when a checkpoint or a rebuild asks for it is.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { IdMemory } from '../job.ts'
import type { Fates } from '../window/fates.ts'
import { ENTRY_WORDS, warm } from '../window/id-table.ts'
import { RecentIds, type RecentIdsState } from '../window/recent-ids.ts'
import { forEachId, type IdEntries, IdLog } from './id-log.ts'

/** What threads share. All arrays are of SharedArrayBuffers. */
export interface SharedMemory extends IdEntries {
  /**
   * Open addressing with linear probing; its length is a power of two. In the low `entryBits` the number of an entry,
   * counted from 1, and above them bits of its id, so that others are seldom looked at; or FREE.
   */
  readonly table: Int32Array
  readonly entryBits: number
  /** The first entry of each region, and the end of the last. Region 0 is that of the job's own thread. */
  readonly regions: readonly number[]
}

/** Threads that add ids: so many workers, and the job's own or not. */
export interface Sharers {
  readonly workers: number
  readonly ownAdds: boolean
}

const FREE = 0
/** Of the table: what there may be of what there is room for. */
const LOAD_MAX = 0.5
/** Entries of a worker's region: while room is made everybody waits. */
const ROOM_MIN = 1 << 19
/** As long as nothing has come. */
const ROOM_FIRST = 1 << 10
/** Events whose places are fetched together. */
const BLOCK_ROWS = 256

export class SharedIds implements IdMemory {
  readonly #region: number
  readonly #sharers: Sharers
  readonly #roomMin: number
  #memory: SharedMemory
  /** By region, one past the last entry that this thread knows to be there. */
  #ends: number[]
  /** In the job's own thread: the ids of events that the job holds, as far as they are copied. */
  #log = new IdLog()
  /** By region, one past the last entry that is in the log, or was forgotten before. */
  #logged: number[]
  #nowMs = Number.NEGATIVE_INFINITY

  /** Empty, for the job's own thread; `roomMin`: entries of a region, once there are some. */
  static create(sharers: Sharers, roomMin = ROOM_MIN): SharedIds {
    return new SharedIds(0, sharers, roomMin)
  }

  /** For a worker, counted from 0. Without room until `use`. */
  static ofWorker(index: number): SharedIds {
    return new SharedIds(index + 1, { workers: 0, ownAdds: false }, 0)
  }

  private constructor(region: number, sharers: Sharers, roomMin: number) {
    this.#region = region
    this.#sharers = sharers
    this.#roomMin = roomMin
    this.#memory = memoryFor(0, sharers, Math.min(roomMin, ROOM_FIRST), undefined)
    this.#ends = [...this.#memory.regions]
    this.#logged = this.#ends.slice()
  }

  get memory(): SharedMemory {
    return this.#memory
  }

  use(memory: SharedMemory): void {
    this.#memory = memory
    this.#ends = [...memory.regions]
  }

  /** How many entries the own region has. */
  get count(): number {
    return this.#ends[this.#region] - this.#memory.regions[this.#region]
  }

  /** The job holds the events of the first `count` entries of a worker's region. */
  hold(worker: number, count: number): void {
    this.#ends[worker + 1] = this.#memory.regions[worker + 1] + count
  }

  /** Whether a worker's region has room for so many entries beyond those that the job holds. */
  hasRoom(worker: number, count: number): boolean {
    return this.#ends[worker + 1] + count <= this.#memory.regions[worker + 2]
  }

  /** As `hasRoom`, of this thread's own region. */
  hasOwnRoom(count: number): boolean {
    return this.#ends[this.#region] + count <= this.#memory.regions[this.#region + 1]
  }

  /** As RecentIds: marks duplicates among the counted events, and remembers the others. */
  mark(ids: Int32Array, count: number, fates: Fates): void {
    const { counted, deadlineMs, duplicate } = fates
    for (let from = 0; from < count; from += BLOCK_ROWS) {
      const end = Math.min(count, from + BLOCK_ROWS)
      // A compare-and-swap waits for its place, and those after it wait too: what was read is there then.
      warm(this.#memory.table, ids, FINGERPRINT_WORDS, from, end)
      for (let row = from; row < end; row++) {
        if (counted[row] === 0) continue
        const at = row * FINGERPRINT_WORDS
        // The fingerprint of an empty text.
        if ((ids[at] | ids[at + 1] | ids[at + 2]) === 0) continue
        if (!this.#add(ids, at, deadlineMs[row])) duplicate[row] = 1
      }
    }
  }

  /** Ids whose deadline is at or before `nowMs` are new when they come again. */
  expire(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs
  }

  /** The ids of events that the job holds. */
  snapshot(): RecentIdsState {
    for (const [region, end] of this.#ends.entries())
      this.#log.add(this.#memory, this.#logged[region], end, this.#nowMs)
    this.#logged = this.#ends.slice()
    return this.#log.state(this.#nowMs)
  }

  /** Remembers what another did, too. Only while no worker is at work; they must be given `memory` anew. */
  restore(state: Pick<RecentIdsState, 'entries' | 'deadlinesMs'>): void {
    const both = new RecentIds()
    both.restore(this.snapshot())
    both.restore(state)
    // Any of them may have another deadline now.
    this.#build(both.snapshot(), this.#log.added + both.size)
  }

  /**
   * Clears away what is expired and makes room, for `count` entries of each thread at least. Only while no worker is at
   * work; they must be given `memory` anew.
   */
  rebuild(count = 0): void {
    this.#build(this.snapshot(), this.#log.added, count)
  }

  /** `added`: how many were ever added then. */
  #build(state: RecentIdsState, added: number, roomFor = 0): void {
    let held = 0
    forEachId(state, () => held++)
    this.#memory = memoryFor(held, this.#sharers, Math.max(this.#roomMin, roomFor), this.#memory)
    this.#ends = [...this.#memory.regions]
    this.#putAll(state)
    this.#log = new IdLog(held, added - held)
    this.#log.add(this.#memory, 0, held, this.#nowMs)
    this.#logged = this.#ends.slice()
  }

  #putAll({ entries, deadlinesMs }: Pick<RecentIdsState, 'entries' | 'deadlinesMs'>): void {
    const words = BLOCK_ROWS * ENTRY_WORDS
    for (let from = 0; from < entries.length; from += words) {
      const block = entries.subarray(from, from + words)
      warm(this.#memory.table, block, ENTRY_WORDS, 0, block.length / ENTRY_WORDS)
      forEachId({ entries: block, deadlinesMs }, (at, deadlineMs) =>
        this.#put(block, at, deadlineMs),
      )
    }
  }

  /** Adds an id that is not there, while no other thread is at work. */
  #put(words: Int32Array, at: number, deadlineMs: number): void {
    const { table, entryBits } = this.#memory
    const mask = table.length - 1
    const own = this.#ends[this.#region]++
    this.#write(own, words, at, deadlineMs)
    let place = words[at] & mask
    while (table[place] !== FREE) place = (place + 1) & mask
    table[place] = (words[at + 1] << entryBits) | (own + 1)
  }

  #write(entry: number, words: Int32Array, at: number, deadlineMs: number): void {
    const { fingerprints, deadlinesMs } = this.#memory
    const to = entry * FINGERPRINT_WORDS
    fingerprints[to] = words[at]
    fingerprints[to + 1] = words[at + 1]
    fingerprints[to + 2] = words[at + 2]
    deadlinesMs[entry] = deadlineMs
  }

  /** False: the id is remembered already. */
  #add(words: Int32Array, at: number, deadlineMs: number): boolean {
    const { table, entryBits, fingerprints, deadlinesMs, regions } = this.#memory
    const mask = table.length - 1
    const entryMask = (1 << entryBits) - 1
    const own = this.#ends[this.#region]
    if (own >= regions[this.#region + 1]) throw new Error('no room for the ids of a batch')
    // Whoever finds the entry in the table finds it whole. Until then it may be written again.
    this.#write(own, words, at, deadlineMs)
    const value = (words[at + 1] << entryBits) | (own + 1)
    let place = words[at] & mask
    while (true) {
      // A plain read, which is much faster, tells whose place it is: once it is an id's it stays that id's. Whether it is
      // still free the swap finds out, and an entry is only looked into after a read that sees all that was written to it.
      let found = table[place]
      if (found !== FREE) {
        if (((found ^ value) & ~entryMask) !== 0) {
          place = (place + 1) & mask
          continue
        }
        found = Atomics.load(table, place)
        const entry = (found & entryMask) - 1
        if (!isAt(fingerprints, entry, words, at)) {
          place = (place + 1) & mask
          continue
        }
        if (deadlinesMs[entry] > this.#nowMs) return false
      }
      if (Atomics.compareExchange(table, place, found, value) === found) break
      // Another thread was faster: what is in this place now?
    }
    this.#ends[this.#region] = own + 1
    return true
  }
}

function isAt(fingerprints: Int32Array, entry: number, words: Int32Array, at: number): boolean {
  const from = entry * FINGERPRINT_WORDS
  return (
    fingerprints[from] === words[at] &&
    fingerprints[from + 1] === words[at + 1] &&
    fingerprints[from + 2] === words[at + 2]
  )
}

/** Room for what is held, and for as much again of all threads together: in memory that was used before where that fits. */
function memoryFor(
  held: number,
  { workers, ownAdds }: Sharers,
  roomMin: number,
  used: SharedMemory | undefined,
): SharedMemory {
  const adding = workers + (ownAdds ? 1 : 0)
  const room = adding === 0 ? 0 : Math.max(roomMin, Math.ceil(held / adding))
  const capacity = held + adding * room
  const regions = [0]
  for (let worker = workers; worker >= 0; worker--) regions.push(capacity - worker * room)
  const entryBits = Math.ceil(Math.log2(capacity + 1))
  let length = 16
  while (length * LOAD_MAX < capacity) length *= 2
  if (used !== undefined && used.table.length === length && used.deadlinesMs.length >= capacity) {
    used.table.fill(FREE)
    return { ...used, entryBits, regions }
  }
  const shared = (sizeBytes: number) => new SharedArrayBuffer(sizeBytes)
  // As much as the table is for, so that it can be used again.
  const entries = length * LOAD_MAX
  return {
    table: new Int32Array(shared(length * Int32Array.BYTES_PER_ELEMENT)),
    entryBits,
    fingerprints: new Int32Array(
      shared(entries * FINGERPRINT_WORDS * Int32Array.BYTES_PER_ELEMENT),
    ),
    deadlinesMs: new Float64Array(shared(entries * Float64Array.BYTES_PER_ELEMENT)),
    regions,
  }
}
