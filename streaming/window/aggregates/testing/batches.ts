// For tests: an aggregate through batches, restarts with other slots, and batches that were folded elsewhere.
import fc from 'fast-check'
import type { Aggregate, CodeMap, Fold } from '../aggregate.ts'

export const GROUPS = 3
export const START_MS = 0

/**
 * Rows in batches: a batch is folded at once, here or by a new aggregate that is absorbed; and after it the state may be
 * saved and loaded into a new aggregate.
 */
export const batchesOf = <T>(row: fc.Arbitrary<T>) =>
  fc.array(
    fc.record({
      rows: fc.array(fc.record({ group: fc.nat(GROUPS - 1), value: row }), { maxLength: 20 }),
      isElsewhere: fc.boolean(),
      restarts: fc.boolean(),
    }),
    { maxLength: 8 },
  )

export type Batches<T> = readonly {
  readonly rows: readonly { readonly group: number; readonly value: T }[]
  readonly isElsewhere: boolean
  readonly restarts: boolean
}[]

const same: CodeMap = (_, codes) => codes.slice()

/** An aggregate, and the slot of each group. */
interface Opened<A> {
  readonly aggregate: A
  readonly slots: readonly number[]
}

/** What the batches come to. `make` gives a new aggregate; `fill` puts a batch's values into its columns. */
export function folded<T, A extends Fold>(
  batches: Batches<T>,
  make: () => A,
  fill: (values: readonly T[]) => void,
): Opened<A> {
  const opened = (slots: readonly number[]): Opened<A> => {
    const aggregate = make()
    for (const slot of slots) aggregate.open(slot)
    return { aggregate, slots }
  }
  let here = opened(Array.from({ length: GROUPS }, (_, group) => group))
  for (const { rows, isElsewhere, restarts } of batches) {
    fill(rows.map(({ value }) => value))
    // Other slots: only the order of groups is kept.
    const others = here.slots.map((slot) => slot + 300).reverse()
    const { aggregate, slots } = isElsewhere ? opened(others) : here
    const own = Int32Array.from(rows, ({ group }) => slots[group])
    aggregate.fold(Int32Array.from(rows.keys()), own, rows.length, START_MS)
    if (isElsewhere) absorb({ aggregate, slots }, here)
    if (!restarts) continue
    const before = here
    here = opened(others)
    absorb(before, here)
  }
  return here
}

function absorb(from: Opened<Fold>, into: Opened<Fold>): void {
  const saved = from.aggregate.save(Int32Array.from(from.slots), START_MS, same)
  const slotOf = new Int32Array(Math.max(...from.slots) + 1)
  for (let group = 0; group < GROUPS; group++) slotOf[from.slots[group]] = into.slots[group]
  const slots = Int32Array.from(into.slots)
  into.aggregate.absorb(structuredClone(saved), { startMs: START_MS, slots, slotOf }, same)
}

/** The results of each group. */
export function resultsOf<T>(...args: Parameters<typeof folded<T, Aggregate>>): number[] {
  const { aggregate, slots } = folded(...args)
  return slots.map((slot) => aggregate.result(slot))
}

export const valuesOf = <T>(batches: Batches<T>, group: number): T[] =>
  batches.flatMap(({ rows }) => rows.filter((row) => row.group === group).map(({ value }) => value))
export const groups = Array.from({ length: GROUPS }, (_, group) => group)
