// A job's state as bytes, and back: whole, or as what changed since a state before. Encoding goes on in slices of a few
// milliseconds, turns between them.
import type { Job } from '../job.ts'
import type { AggregateState } from '../window/aggregates/aggregate.ts'
import type { WindowState } from '../window/metric-windows.ts'
import type { RecentIdsState } from '../window/recent-ids.ts'
import type { SideTable, SideTables } from '../window/side-table.ts'
import { aliveIds } from './alive-ids.ts'
import { changeOf, idsSince, type KnownWindow, knownOf, type WindowChange } from './changes.ts'
import { asChange, MergedWindow, mergedIds } from './merge.ts'
import type { Outbox } from './outbox.ts'
import { pack, unpack } from './pack.ts'
import { type PointTable, pointsOf, tablesOf } from './point-tables.ts'
import {
  asTableChanges,
  changesOfTables,
  codesInTables,
  type KnownTable,
  knownOfTables,
  mergedTables,
  sizesOf,
  type TableChange,
} from './side-tables.ts'
import {
  type Captured,
  captureJob,
  type Metrics,
  type Place,
  type Progress,
  type Saved,
  type Snapshot,
} from './snapshot.ts'
import { CodeCollector, type TextsByField } from './texts.ts'

/** Raised whenever the shape of `Snapshot` or `Change` changes. */
const FORMAT = 9

/** As it is written. */
type Written<Of extends Progress> = Omit<Of, 'outbox'> & {
  readonly outbox: Omit<Outbox, 'points'> & { readonly points: readonly PointTable[] }
}

/** What changed. */
interface Change extends Progress {
  /** Those that came. */
  readonly recentIds: RecentIdsState | undefined
  /** Of codes that no change before had. */
  readonly texts: TextsByField
  /** Windows that are not named are gone. */
  readonly metrics: Metrics<WindowChange, TableChange>
}

/** A checkpoint as it is saved: pieces that follow one another. What was captured is among them. */
export type Encoding = Generator<void, readonly Uint8Array[]>

/** Yields between slices. */
export function* encodingWhole(captured: Captured): Encoding {
  const { dictionaryOf, renewals, ...state } = captured
  const codes = new CodeCollector()
  for (const metric of state.metrics.values())
    for (const array of codesInAll(metric)) yield* addCodes(codes, captured, array, array)
  const texts = yield* codes.takeTexts()
  const recentIds = state.recentIds && (yield* aliveIds(state.recentIds))
  const outbox = writtenOf(state.outbox)
  return pack({ ...state, outbox, recentIds, texts } satisfies Written<Snapshot>, FORMAT)
}

/** What must be remembered of a metric to tell later what changed. */
interface KnownMetric {
  readonly windows: ReadonlyMap<number, KnownWindow>
  readonly tables: Readonly<Record<string, KnownTable>>
}

/** Encodes changes, one after the other, from a whole state on. */
export class Changes {
  #codes = new CodeCollector()
  #known: ReadonlyMap<string, KnownMetric> = new Map()
  #idsAdded = 0
  #renewals = 0

  /** `captured` is saved whole, or is being saved: what changes after it may be read without what was saved before it. */
  begin(captured: Captured): void {
    this.#codes = new CodeCollector()
    this.#renewals = captured.renewals
    this.#know(captured)
  }

  /** Whether the state may follow those before it: it has the same codes. */
  canFollow({ renewals }: Captured): boolean {
    return renewals === this.#renewals
  }

  /** How much of the state came since the state before: a part of 1. */
  shareOf({ recentIds, metrics }: Captured): number {
    const ids = recentIds?.entries.length ?? 0
    let all = ids
    let fresh = recentIds === undefined ? 0 : idsSince(recentIds, this.#idsAdded).entries.length
    for (const [name, { windows, tables }] of metrics) {
      const known = this.#known.get(name)
      const sizes = sizesOf(tables, known?.tables)
      all += sizes.all
      fresh += sizes.fresh
      for (const window of windows) {
        const { pairCounts } = knownOf(window)
        const before = known?.windows.get(window.startMs)?.pairCounts
        for (const [i, count] of pairCounts.entries()) {
          all += 2 * count
          fresh += 2 * (count - (before?.[i] ?? 0))
        }
      }
    }
    return all === 0 ? 0 : fresh / all
  }

  /** What changed since the state before, which is the first to be followed by this. Yields between slices. */
  *encoding(captured: Captured): Encoding {
    const { dictionaryOf, renewals, ...state } = captured
    const metrics = new Map<string, Saved<WindowChange, TableChange>>()
    for (const [name, { signature, windows, tables }] of state.metrics) {
      const known = this.#known.get(name)
      const change = {
        signature,
        windows: windows.map((window) => changeOf(window, known?.windows.get(window.startMs))),
        tables: changesOfTables(tables, known?.tables),
      }
      const all = codesInAll({ windows, tables })
      for (const [i, array] of codesInAll(change).entries())
        yield* addCodes(this.#codes, captured, all[i], array)
      metrics.set(name, change)
    }
    const came = state.recentIds && idsSince(state.recentIds, this.#idsAdded)
    this.#know(captured)
    const texts = yield* this.#codes.takeTexts()
    const recentIds = came && (yield* aliveIds(came))
    const outbox = writtenOf(state.outbox)
    return pack({ ...state, outbox, metrics, recentIds, texts } satisfies Written<Change>, FORMAT)
  }

  #know({ metrics, recentIds }: Captured): void {
    this.#known = new Map(
      [...metrics].map(([name, { windows, tables }]) => [
        name,
        {
          windows: new Map(windows.map((window) => [window.startMs, knownOf(window)])),
          tables: knownOfTables(tables),
        },
      ]),
    )
    this.#idsAdded = recentIds?.added ?? 0
  }
}

/** The whole state of the job, captured and encoded at once: see `captureJob`. */
export function saveJob(job: Job, place: Place, all = job.windows): Uint8Array {
  const steps = encodingWhole(captureJob(job, place, all))
  while (true) {
    const step = steps.next()
    if (step.done === true) return Buffer.concat(step.value)
  }
}

/** What a whole state and the changes after it come to; undefined when another version of windrow wrote them. */
export function readSnapshot(parts: readonly Uint8Array[]): Snapshot | undefined {
  const read = parts.map((bytes) => unpack(bytes, FORMAT))
  if (read.length === 0 || read.includes(undefined)) return undefined
  const [whole, ...changes] = read as [Written<Snapshot>, ...Written<Change>[]]
  const last = changes.at(-1)
  const { outbox: written } = last ?? whole
  const outbox = { ...written, points: pointsOf(written.points) }
  if (last === undefined) return { ...whole, outbox }
  const all = [whole, ...changes]
  const ids = all.flatMap(({ recentIds }) => recentIds ?? [])
  return {
    ...last,
    outbox,
    recentIds: last.recentIds && mergedIds(ids, last.watermarks.currentMs),
    texts: mergedTexts(all.map(({ texts }) => texts)),
    metrics: mergedMetrics(whole.metrics, changes),
  }
}

function mergedTexts(all: readonly TextsByField[]): TextsByField {
  const fields = new Set(all.flatMap((texts) => [...texts.keys()]))
  return new Map(
    [...fields].map((field) => [field, all.flatMap((texts) => texts.get(field) ?? [])]),
  )
}

function mergedMetrics(
  whole: Metrics<WindowState, SideTable>,
  changes: readonly Pick<Change, 'metrics'>[],
): Metrics<WindowState, SideTable> {
  const parts = new Map([...whole].map(([name, saved]) => [name, [asMetricChange(saved)]]))
  for (const { metrics } of changes)
    for (const [name, change] of metrics) parts.set(name, [...(parts.get(name) ?? []), change])
  return new Map([...parts].map(([name, own]) => [name, mergedMetric(own)]))
}

function mergedMetric(
  parts: readonly Saved<WindowChange, TableChange>[],
): Saved<WindowState, SideTable> {
  let windows: ReadonlyMap<number, MergedWindow> = new Map()
  for (const part of parts) windows = mergedOf(windows, part.windows)
  return {
    signature: parts[parts.length - 1].signature,
    windows: [...windows.values()].map(({ state }) => state),
    tables: mergedTables(parts.map(({ tables }) => tables)),
  }
}

const asMetricChange = ({
  signature,
  windows,
  tables,
}: Saved<WindowState, SideTable>): Saved<WindowChange, TableChange> => ({
  signature,
  windows: windows.map(asChange),
  tables: asTableChanges(tables),
})

function mergedOf(
  before: ReadonlyMap<number, MergedWindow>,
  changes: readonly WindowChange[],
): Map<number, MergedWindow> {
  return new Map(
    changes.map((change) => {
      const window = before.get(change.startMs)
      if (window?.generation !== change.generation)
        return [change.startMs, new MergedWindow(change)]
      window.add(change)
      return [change.startMs, window]
    }),
  )
}

const writtenOf = (outbox: Outbox) => ({ ...outbox, points: tablesOf(outbox.points) })

/** The arrays that hold codes; those of a change are at the same places as those of its state. */
const codesInAll = ({
  windows,
  tables,
}: {
  readonly windows: readonly Pick<WindowState, 'keys' | 'aggregates'>[]
  readonly tables: SideTables
}): Int32Array[] => [...windows.flatMap(codesIn), ...codesInTables(tables)]

function codesIn({
  keys,
  aggregates,
}: {
  readonly keys: readonly Int32Array[]
  readonly aggregates: readonly AggregateState[]
}): Int32Array[] {
  return [...keys, ...aggregates.flatMap((one) => (one.shape === 'pairs' ? one.ids : []))]
}

/** `some` of the codes in `all`. */
function* addCodes(
  codes: CodeCollector,
  { dictionaryOf }: Captured,
  all: Int32Array,
  some: Int32Array,
): Generator<void> {
  const dictionary = dictionaryOf.get(all)
  if (dictionary === undefined) throw new Error('expected to know whose codes these are')
  yield* codes.add(dictionary, some)
}
