// What kind of world a seed makes. Switches take kinds of trouble out of it, to find the smallest world that still fails:
// everything else of the world stays as it was.
import type { WholeAfter } from '../checkpoint/saver.ts'
import type { StreamingConfig } from '../config.ts'
import type { Random } from './random.ts'

/** Parts of a world that can be switched off, those first whose absence makes it simplest. */
export const SWITCHES = [
  'kills',
  'freezes',
  'outages',
  'refusals',
  'slow',
  'standby',
  'redefinitions',
  'reloads',
  'once',
  'steps',
  'stops',
  'duplicates',
  'broken',
  'future',
  'late',
  'preview',
] as const
export type Switch = (typeof SWITCHES)[number]

export interface Reduction {
  readonly off: ReadonlySet<Switch>
  /** Of the records, so many of a hundred are made. */
  readonly percent: number
  readonly partitionsMax: number
}

export const WHOLE: Reduction = { off: new Set(), percent: 100, partitionsMax: 8 }

export interface WorldSettings {
  readonly config: StreamingConfig
  /** How the points store treats a point whose identity is there already: the last wins, or the highest version. */
  readonly hasVersions: boolean
  readonly partitionCount: number
  readonly recordCount: number
  /** For how long records are appended. */
  readonly lastsMs: number
  readonly batchRecordsMax: number
  /** Epoch milliseconds at which the world begins. */
  readonly startMs: number
  /** Whether the log knows when it took a record. */
  readonly knowsAppended: boolean
  /** Whether the job's own thread is one of the workers. */
  readonly ownWorks: boolean
  readonly wholeAfter: WholeAfter
  /** Dictionaries with more texts forget those that are not in use. */
  readonly textsMin: number
  /** Sessions counted in one turn. */
  readonly sessionsAtOnce: number
  has(what: Switch): boolean
}

/** Further ahead than the wall clock ever is wrong: no event is ahead by chance. */
const MAX_AHEAD_MS = 3 * 3_600_000

/** Shortly before midnight in Berlin: on an ordinary day, before the day of 23 hours and at the end of it. */
const STARTS_MS = [
  Date.UTC(2026, 0, 31, 22, 59, 30),
  Date.UTC(2026, 2, 28, 22, 59, 20),
  Date.UTC(2026, 2, 29, 21, 59, 40),
]

export function settingsOf(random: Random, { off, percent, partitionsMax }: Reduction) {
  const isRare = new Set(SWITCHES.filter(() => random.chance(0.25)))
  const settings: WorldSettings = {
    config: {
      disorderMs: random.pick([0, 500, 2_000, 4_000]),
      idleAfterMs: random.pick([1_500, 3_000, 8_000]),
      maxAheadMs: MAX_AHEAD_MS,
      ahead: 'reject',
      closeOnIdle: random.chance(0.9),
      removed: 'stop',
      maxDriftMs: random.pick([500, 3_000, 60_000]),
      refreshEveryMs: random.pick([700, 3_000, 10_000]),
      checkpointEveryMs: random.pick([200, 1_000, 5_000]),
      workers: random.fork('workers').pick([1, 1, 2, 3]),
      valueBytesMax: 4_096,
      seriesBudget: 10_000,
    },
    hasVersions: random.chance(0.5),
    partitionCount: Math.min(random.int(1, 8), partitionsMax),
    recordCount: Math.ceil((random.int(60, 300) * percent) / 100),
    lastsMs: random.int(10_000, 60_000),
    batchRecordsMax: random.skewed(1, 60),
    startMs: random.pick(STARTS_MS),
    knowsAppended: random.chance(0.7),
    ownWorks: random.fork('own thread').chance(0.5),
    textsMin: random.fork('texts').pick([1, 3, 8, 1_000]),
    sessionsAtOnce: random.fork('sessions').pick([1, 2, 1_000]),
    wholeAfter: { bytes: random.pick([0, 3_000, 1 << 20]), changes: random.int(1, 12) },
    has: (what) => !off.has(what) && !isRare.has(what),
  }
  return settings
}
