// What changed between two captured states of a job; merge.ts makes one state of it again. A window's groups and pairs, and
// the ids of events, are only ever added to, so what is new of them is their last part; of numbers and blocks, those that
// differ are taken.
import {
  type AggregateState,
  type BlocksState,
  blockAt,
  blocksOf,
  gather,
} from '../window/aggregates/aggregate.ts'
import type { WindowState } from '../window/metric-windows.ts'
import { ENTRY_WORDS, type RecentIdsState } from '../window/recent-ids.ts'

/** Of a window since it was captured before; the whole of it when it was not there. */
export interface WindowChange
  extends Pick<
    WindowState,
    'startMs' | 'generation' | 'isClosed' | 'corrected' | 'slots' | 'keys'
  > {
  /** The groups, by their place in the window, whose numbers follow; `slots` and `keys` are of the new groups only. */
  readonly changed: Int32Array
  readonly revisions: Float64Array
  /** Numbers and blocks of the changed groups; the pairs that are new. */
  readonly aggregates: readonly AggregateState[]
}

/** What must be remembered of a window to tell later what changed. */
export interface KnownWindow {
  readonly generation: number
  readonly groupCount: number
  /** Revisions, then the numbers of each aggregate that has some. */
  readonly numbers: readonly Float64Array[]
  readonly blocks: readonly BlocksState[]
  /** How many pairs each aggregate has. */
  readonly pairCounts: readonly number[]
}

const NOTHING_KNOWN: Omit<KnownWindow, 'generation'> = {
  groupCount: 0,
  numbers: [],
  blocks: [],
  pairCounts: [],
}

export function knownOf({ generation, slots, revisions, aggregates }: WindowState): KnownWindow {
  return {
    generation,
    groupCount: slots.length,
    numbers: [
      revisions,
      ...aggregates.flatMap((one) => (one.shape === 'numbers' ? one.numbers : [])),
    ],
    blocks: aggregates.filter((one) => one.shape === 'blocks'),
    pairCounts: aggregates.map((one) => (one.shape === 'pairs' ? one.ids.length : 0)),
  }
}

/** `known` undefined: the window is new. */
export function changeOf(state: WindowState, known: KnownWindow | undefined): WindowChange {
  const { startMs, generation, isClosed, corrected, slots, keys, revisions, aggregates } = state
  const before = known?.generation === generation ? known : NOTHING_KNOWN
  const changed = changedGroups(knownOf(state), before)
  return {
    startMs,
    generation,
    isClosed,
    corrected,
    slots: slots.subarray(before.groupCount),
    keys: keys.map((codes) => codes.subarray(before.groupCount)),
    changed,
    revisions: gather(revisions, changed),
    aggregates: aggregates.map((one, i) => changeOfAggregate(one, changed, before.pairCounts[i])),
  }
}

/** The last of `ids`: those that came since `added` was less. */
export function idsSince(ids: RecentIdsState, addedBefore: number): RecentIdsState {
  const sizeWords = Math.min(ids.entries.length, (ids.added - addedBefore) * ENTRY_WORDS)
  return { ...ids, entries: ids.entries.subarray(ids.entries.length - sizeWords) }
}

function changeOfAggregate(
  state: AggregateState,
  changed: Int32Array,
  pairsBefore = 0,
): AggregateState {
  switch (state.shape) {
    case 'numbers':
      // What does not fit into doubles is so rare that all of it is taken.
      return { ...state, numbers: gather(state.numbers, changed) }
    case 'blocks':
      return blocksOf(Array.from(changed, (group) => blockAt(state, group)))
    case 'pairs':
      return {
        ...state,
        slots: state.slots.subarray(pairsBefore),
        ids: state.ids.subarray(pairsBefore),
      }
  }
}

function changedGroups(now: KnownWindow, before: typeof NOTHING_KNOWN): Int32Array {
  const isChanged = new Uint8Array(now.groupCount).fill(1, before.groupCount)
  for (const [i, numbers] of before.numbers.entries())
    markDifferent(now.numbers[i], numbers, isChanged)
  for (const [i, blocks] of before.blocks.entries())
    markOtherBlocks(now.blocks[i], blocks, isChanged)
  const groups: number[] = []
  for (let group = 0; group < isChanged.length; group++)
    if (isChanged[group] === 1) groups.push(group)
  return Int32Array.from(groups)
}

function markDifferent(now: Float64Array, before: Float64Array, marks: Uint8Array): void {
  for (let i = 0; i < before.length; i++) if (now[i] !== before[i]) marks[i] = 1
}

function markOtherBlocks(now: BlocksState, before: BlocksState, marks: Uint8Array): void {
  for (let i = 0; i < before.ends.length; i++)
    if (marks[i] === 0 && !isSame(blockAt(now, i), blockAt(before, i))) marks[i] = 1
}

const isSame = (one: Int32Array, other: Int32Array): boolean =>
  one.length === other.length && one.every((word, i) => word === other[i])
