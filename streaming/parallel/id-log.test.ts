import { expect, test } from 'vitest'
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { RecentIdsState } from '../window/recent-ids.ts'
import { forEachId, type IdEntries, IdLog } from './id-log.ts'

const IDS = 1000

/** So many ids that begin at `from`, each remembered until `deadlineMs`. */
function entriesOf(from: number, deadlineMs: number): IdEntries {
  const fingerprints = new Int32Array(IDS * FINGERPRINT_WORDS)
  for (let i = 0; i < IDS; i++) fingerprints[i * FINGERPRINT_WORDS] = from + i
  return { fingerprints, deadlinesMs: new Float64Array(IDS).fill(deadlineMs) }
}

function idsIn(state: RecentIdsState): number[] {
  const ids: number[] = []
  forEachId(state, (at) => ids.push(state.entries[at]))
  return ids
}

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

test.each([
  ['copied', undefined],
  ['shown', 0],
])('ids that are over make room for others; snapshots that are %s stay as they were', (_, max) => {
  const log = new IdLog(1, 0, max)
  const states: RecentIdsState[] = []
  for (let round = 0; round < 50; round++) {
    // Two rounds are remembered, so that some are kept when others go.
    log.add(entriesOf(round * IDS, (round + 2) * 10), 0, IDS, round * 10)
    states.push(log.state(round * 10))
  }
  for (const [round, state] of states.entries()) {
    const first = Math.max(0, round - 1) * IDS
    expect(idsIn(state)).toEqual(range(first, (round + 1) * IDS - first))
    expect(state.added).toBe((round + 1) * IDS)
  }
  expect(log.capacity).toBeLessThan(10 * IDS)
})

test('ids that are not over stay, however many come', () => {
  const log = new IdLog()
  for (let round = 0; round < 20; round++) log.add(entriesOf(round * IDS, 1000), 0, IDS, 0)
  expect(idsIn(log.state(0))).toEqual(range(0, 20 * IDS))
})
