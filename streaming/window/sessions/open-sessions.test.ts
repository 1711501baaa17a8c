import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Dictionary } from '../../decode/dictionary.ts'
import { FirstTags } from './first-tags.ts'
import { OpenSessions } from './open-sessions.ts'

const GAP_MS = 10

interface PlainEvent {
  readonly of: string
  readonly timeMs: number
  readonly tag: string
}

interface PlainSession {
  readonly of: string
  readonly firstMs: number
  readonly lastMs: number
  readonly tag: string
  readonly count: number
}

/** Sorted and split. */
function split(events: readonly PlainEvent[]): PlainSession[] {
  const sorted = events.toSorted(
    (a, b) => compare(a.of, b.of) || a.timeMs - b.timeMs || compare(a.tag, b.tag),
  )
  const sessions: PlainSession[] = []
  for (const { of, timeMs, tag } of sorted) {
    const last = sessions.at(-1)
    if (last?.of !== of || timeMs - last.lastMs >= GAP_MS)
      sessions.push({ of, firstMs: timeMs, lastMs: timeMs, tag, count: 1 })
    else sessions.push({ ...last, ...sessions.pop(), lastMs: timeMs, count: last.count + 1 })
  }
  return sessions
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Counts the events of each session. */
class Counted {
  readonly counts: number[] = []
  readonly of = { dictionary: new Dictionary('session_id'), codes: new Int32Array(0) }
  readonly tag = { dictionary: new Dictionary('country'), codes: new Int32Array(0) }
  readonly tags = new FirstTags([this.tag])
  readonly sessions = new OpenSessions(
    this.of,
    [this.tags],
    GAP_MS,
    (lastMs) => Math.floor(lastMs / 7) * 7 + 7,
    (slot) => {
      this.counts[slot] = 0
    },
  )

  fold(events: readonly PlainEvent[]): void {
    this.of.codes = Int32Array.from(events, ({ of }) => this.of.dictionary.codeOf(of))
    this.tag.codes = Int32Array.from(events, ({ tag }) => this.tag.dictionary.codeOf(tag))
    const slots = new Int32Array(events.length)
    const rows = { rows: Int32Array.from(events.keys()), count: events.length }
    this.sessions.fold(
      rows,
      Float64Array.from(events, ({ timeMs }) => timeMs),
      slots,
    )
    for (const slot of slots) this.counts[slot]++
    this.#join()
  }

  /** As what another has counted. */
  add({ of, tag, firstMs, lastMs, count }: PlainSession): void {
    const key = Int32Array.of(this.tag.dictionary.codeOf(tag))
    const slot = this.sessions.add(this.of.dictionary.codeOf(of), firstMs, lastMs)
    this.tags.offer(slot, firstMs, key)
    this.counts[slot] += count
    this.#join()
  }

  takeOver(throughMs: number): PlainSession[] {
    const over: PlainSession[] = []
    const some = new Int32Array(3)
    while (true) {
      const slots = some.slice(0, this.sessions.takeOver(throughMs, some))
      if (slots.length === 0) return over
      for (const slot of slots) {
        over.push(this.#at(slot))
        this.sessions.release(slot)
      }
    }
  }

  all(): PlainSession[] {
    return [...this.sessions.slots()].map((slot) => this.#at(slot))
  }

  #join(): void {
    const { from, into } = this.sessions.takeJoined() ?? { from: [], into: [] }
    for (let i = 0; i < from.length; i++) this.counts[into[i]] += this.counts[from[i]]
  }

  #at(slot: number): PlainSession {
    const { of, firstMs, lastMs } = this.sessions
    return {
      of: this.of.dictionary.textOf(of[slot]),
      tag: this.tag.dictionary.textOf(this.tags.codeOf(slot, 0)),
      ...{ firstMs: firstMs[slot], lastMs: lastMs[slot], count: this.counts[slot] },
    }
  }
}

const event = fc.record({
  of: fc.constantFrom('a', 'b'),
  timeMs: fc.nat(90),
  tag: fc.constantFrom('DE', 'FR', 'unknown'),
})
const sorted = (sessions: readonly PlainSession[]) =>
  sessions.toSorted((a, b) => compare(a.of, b.of) || a.firstMs - b.firstMs)

test('sessions are the events of a value in order, split where so long nothing came', () => {
  const batches = fc.array(
    fc.record({ events: fc.array(event, { maxLength: 12 }), isElsewhere: fc.boolean() }),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(batches, (all) => {
      const counted = new Counted()
      for (const { events, isElsewhere } of all) {
        if (!isElsewhere) counted.fold(events)
        else for (const part of split(events)) counted.add(part)
      }
      const expected = split(all.flatMap(({ events }) => events))
      expect(sorted(counted.all())).toEqual(expected)
      expect(counted.sessions.size).toBe(expected.length)
      expect(counted.sessions.latestMs).toBe(Math.max(...expected.map(({ lastMs }) => lastMs)))
    }),
    { numRuns: 1_000 },
  )
})

test('sessions that are over are taken out once, all that are, and their slots serve again', () => {
  const steps = fc.array(
    fc.record({ events: fc.array(event, { maxLength: 9 }), onMs: fc.nat(40) }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(steps, (all) => {
      const counted = new Counted()
      const over: PlainSession[] = []
      const folded: PlainEvent[] = []
      let throughMs = 0
      for (const { events, onMs } of all) {
        // None that could be of a session that is over.
        const later = events.map((one) => ({ ...one, timeMs: one.timeMs + throughMs + GAP_MS }))
        counted.fold(later)
        folded.push(...later)
        throughMs += onMs
        over.push(...counted.takeOver(throughMs))
        const dueOf = ({ lastMs }: PlainSession) => Math.floor(lastMs / 7) * 7 + 7
        expect(sorted(over)).toEqual(split(folded).filter((one) => dueOf(one) <= throughMs))
        expect(counted.sessions.firstDueMs).toBeGreaterThan(throughMs)
      }
      over.push(...counted.takeOver(Number.POSITIVE_INFINITY))
      expect(sorted(over)).toEqual(split(folded))
      expect(counted.sessions).toMatchObject({ size: 0, latestMs: Number.NEGATIVE_INFINITY })
    }),
    { numRuns: 500 },
  )
})

test('memory is bounded by the sessions that are open at once', () => {
  const counted = new Counted()
  for (let hour = 0; hour < 200; hour++) {
    const timeMs = hour * 100
    counted.fold(
      Array.from({ length: 50 }, (_, n) => ({ of: `${hour % 9}/${n}`, timeMs, tag: 'DE' })),
    )
    counted.takeOver(timeMs + 50)
  }
  expect(counted.counts.length).toBe(50)
})
