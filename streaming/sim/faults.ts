// What goes wrong, and where: the fate of every call of a store, from the seed. Stores refuse and are away for a while,
// answers are late or lost, processes are frozen and killed before, in the middle of and after a call.
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** The stores, and what can be asked of them. */
const STORES = {
  log: ['open reader', 'read', 'ends', 'commit'],
  points: ['write points', 'remove points'],
  aside: ['open aside', 'write dead letters', 'write late events'],
  checkpoints: [
    'read lease',
    'take lease',
    'beat',
    'release lease',
    'list',
    'load',
    'save',
    'prune',
  ],
  demographics: ['migrate', 'look up'],
} as const
type Store = keyof typeof STORES
export type Operation = (typeof STORES)[Store][number]

/** Calls that are made all the time; the others are where a job changes the world. */
const FREQUENT: ReadonlySet<Operation> = new Set<Operation>([
  ...(['read', 'ends', 'beat', 'read lease'] as const),
])

export interface Fate {
  readonly requestMs: number
  readonly answerMs: number
  /** `half`: some of it was done. `lost`: all of it was done, and the answer says otherwise. */
  readonly failure?: 'refused' | 'half' | 'lost'
  /** The process ends before the request leaves, while it is on its way, or when it was done and before the answer. */
  readonly killed?: 'before' | 'meanwhile' | 'after'
  readonly freezeBeforeMs: number
  readonly freezeAfterMs: number
  /** The process cannot be frozen between deciding to send this and sending it. */
  readonly leavesAtOnce: boolean
}

/** Whether there is such trouble in the world. */
type HasTrouble = (what: 'refusals' | 'outages' | 'slow' | 'kills' | 'freezes') => boolean

/** How often processes are killed or frozen in a world at most. */
const INCIDENTS_MAX = 8
/**
 * A points store without versions keeps what arrives last. A write that is held up for longer than a lease outlives a
 * frozen instance could undo its successor's correction: decisions/saved-before-written.md. So long it is not held up.
 */
const HOLD_UP_MAX_MS = 3_000

export class Faults {
  readonly #random: Random
  readonly #scheduler: Scheduler
  readonly #has: HasTrouble
  readonly #hasVersions: boolean
  readonly #awayUntilMs = new Map<Store, number>()
  #incidentsLeft: number
  #isOver = false

  /** `hasVersions`: the points store does not keep a lower version over a higher. */
  constructor(random: Random, scheduler: Scheduler, has: HasTrouble, hasVersions: boolean) {
    this.#random = random
    this.#scheduler = scheduler
    this.#has = has
    this.#hasVersions = hasVersions
    this.#incidentsLeft = random.int(0, INCIDENTS_MAX)
  }

  /** Nothing goes wrong from now on. */
  end(): void {
    this.#isOver = true
    this.#awayUntilMs.clear()
  }

  fateOf(operation: Operation): Fate {
    const random = this.#random
    const isHeld = !this.#hasVersions && storeOf(operation) === 'points'
    const calm: Fate = {
      requestMs: random.int(0, 2),
      answerMs: random.int(0, 2),
      freezeBeforeMs: 0,
      freezeAfterMs: 0,
      leavesAtOnce: isHeld,
    }
    if (this.#isOver) return calm
    const isFrequent = FREQUENT.has(operation)
    const slow = this.#slow(isHeld, isFrequent)
    const failure = this.#failureOf(operation, isFrequent)
    return {
      ...calm,
      ...slow,
      ...(failure === undefined ? {} : { failure }),
      ...this.#incident(isHeld, isFrequent),
    }
  }

  #slow(isHeld: boolean, isFrequent: boolean): Partial<Fate> {
    const random = this.#random
    if (!this.#has('slow') || !random.chance(isFrequent ? 0.01 : 0.1)) return {}
    return {
      requestMs: random.skewed(0, isHeld ? HOLD_UP_MAX_MS : 8_000),
      answerMs: random.skewed(0, 4_000),
    }
  }

  #failureOf(operation: Operation, isFrequent: boolean): Fate['failure'] {
    const random = this.#random
    const store = storeOf(operation)
    if (this.#scheduler.nowMs < (this.#awayUntilMs.get(store) ?? 0)) return 'refused'
    if (this.#has('outages') && random.chance(isFrequent ? 0.001 : 0.01)) {
      this.#awayUntilMs.set(store, this.#scheduler.nowMs + random.skewed(100, 12_000))
      return 'refused'
    }
    if (!this.#has('refusals') || !random.chance(isFrequent ? 0.005 : 0.08)) return undefined
    return random.pick(['refused', 'half', 'lost'] as const)
  }

  #incident(isHeld: boolean, isFrequent: boolean): Partial<Fate> {
    const random = this.#random
    if (this.#incidentsLeft === 0 || !random.chance(isFrequent ? 0.002 : 0.04)) return {}
    const kind = random.pick(['killed', 'frozen'] as const)
    if (!this.#has(kind === 'killed' ? 'kills' : 'freezes')) return {}
    this.#incidentsLeft--
    if (kind === 'killed') {
      const killed = random.pick(['before', 'meanwhile', 'after'] as const)
      const failure = random.chance(0.3) ? { failure: 'half' as const } : {}
      const requestMs = random.skewed(0, isHeld ? HOLD_UP_MAX_MS : 15_000)
      return { killed, ...failure, ...(killed === 'meanwhile' ? { requestMs } : {}) }
    }
    const ms = random.skewed(50, 16_000)
    return !isHeld && random.chance(0.5) ? { freezeBeforeMs: ms } : { freezeAfterMs: ms }
  }
}

const storeByOperation = new Map<Operation, Store>(
  (Object.keys(STORES) as Store[]).flatMap((store) =>
    STORES[store].map((operation) => [operation, store] as const),
  ),
)

const storeOf = (operation: Operation): Store => {
  const store = storeByOperation.get(operation)
  if (store === undefined) throw new Error(`no store has "${operation}"`)
  return store
}
