// Which stores are being waited for, and what is said about it: a line per state, not per retry, also when a store comes
// and goes. Nobody needs a timer: it is told of attempts, and speaks then.
import type { Clock } from './clock.ts'
import { formatDuration, formatElapsed } from './duration.ts'
import type { UnavailableError } from './errors.ts'
import type { Log } from './log.ts'

/** A store that does not answer now. */
export interface Waiting {
  /** "InfluxDB at http://127.0.0.1:8086". */
  readonly store: string
  /** `unreachable`: no answer; `busy`: it answers, and asks for patience. */
  readonly reason: 'unreachable' | 'busy'
  /** What the last attempt said. */
  readonly message: string
  /** How long it has been away; attempts since then. */
  readonly forMs: number
  readonly attempts: number
  /** Who waits stands still for it; false: it goes on meanwhile, with what it has. */
  readonly isBlocking: boolean
}

/** A store that was away and answers again. */
export interface Waited {
  readonly store: string
  /** What the last attempt that failed said. */
  readonly message: string
  /** How long it was away, and since when it answers again. */
  readonly lastedMs: number
  readonly agoMs: number
}

/** One who waits: a call of `untilAvailable`. */
export interface Waiter {
  readonly isBlocking: boolean
  /** Longest time between attempts. */
  readonly maxWaitMs: number
}

/** A store that answered for this long is steady: only then is its next absence a new one. */
const STEADY_MS = 60_000
/** Reminders come this long after the store went away, then each time after the last of these. */
const REMINDERS_MS = [60_000, 300_000, 900_000]

interface Trouble {
  readonly store: string
  readonly sinceMs: number
  readonly waiters: Set<Waiter>
  readonly saidReasons: Set<string>
  error: UnavailableError
  attempts: number
  reminderAtMs: number
  /** How often it went away; when the present absence began, and when the last one ended. */
  absences: number
  awaySinceMs: number
  backSinceMs: number
}

export class Waits {
  readonly #log: Log
  readonly #clock: Clock
  readonly #troubles = new Map<string, Trouble>()
  /** The last absence of each store. */
  readonly #past = new Map<string, Omit<Waited, 'agoMs'> & { readonly backSinceMs: number }>()

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** The stores that do not answer now. */
  now(): Waiting[] {
    const nowMs = this.#clock.monotonicMs()
    return [...this.#troubles.values()]
      .filter(({ waiters }) => waiters.size > 0)
      .map(({ store, error, awaySinceMs, attempts, waiters }) => ({
        store,
        reason: error.reason,
        message: error.message,
        forMs: nowMs - awaySinceMs,
        attempts,
        isBlocking: [...waiters].some(({ isBlocking }) => isBlocking),
      }))
  }

  /** The stores that answer again: the last absence of each. */
  past(): Waited[] {
    const nowMs = this.#clock.monotonicMs()
    return [...this.#past.values()]
      .filter(({ store }) => (this.#troubles.get(store)?.waiters.size ?? 0) === 0)
      .map(({ backSinceMs, ...one }) => ({ ...one, agoMs: nowMs - backSinceMs }))
  }

  /** An attempt failed, and `waiter` waits to make another. */
  failed(waiter: Waiter, error: UnavailableError): void {
    this.#forgetSteady()
    const store = error.store ?? error.message
    // What it waited for before has answered, if this is another store.
    for (const other of this.#troubles.values())
      if (other.store !== store) this.#leave(waiter, other)
    const nowMs = this.#clock.monotonicMs()
    const trouble = this.#troubles.get(store) ?? this.#begin(store, error, nowMs)
    if (trouble.waiters.size === 0) this.#goAway(trouble, nowMs)
    trouble.waiters.add(waiter)
    trouble.error = error
    trouble.attempts++
    if (!trouble.saidReasons.has(error.reason)) {
      trouble.saidReasons.add(error.reason)
      const everyText = formatDuration(waiter.maxWaitMs)
      this.#log.warn(`${error.message}\n  waiting; retries with backoff up to every ${everyText}`)
    } else this.#remind(trouble, nowMs)
  }

  /** An attempt of `waiter` succeeded: what it waited for is back. */
  succeeded(waiter: Waiter): void {
    if (this.#troubles.size === 0) return
    for (const trouble of this.#troubles.values()) this.#leave(waiter, trouble)
    this.#forgetSteady()
  }

  /** `waiter` gave up: nothing is known of the store any more. */
  gaveUp(waiter: Waiter): void {
    for (const trouble of this.#troubles.values())
      if (trouble.waiters.delete(waiter) && trouble.waiters.size === 0)
        this.#troubles.delete(trouble.store)
  }

  #begin(store: string, error: UnavailableError, nowMs: number): Trouble {
    const trouble: Trouble = {
      store,
      sinceMs: nowMs,
      waiters: new Set(),
      saidReasons: new Set(),
      error,
      attempts: 0,
      reminderAtMs: nowMs + REMINDERS_MS[0],
      absences: 0,
      awaySinceMs: nowMs,
      backSinceMs: nowMs,
    }
    this.#troubles.set(store, trouble)
    return trouble
  }

  #goAway(trouble: Trouble, nowMs: number): void {
    trouble.absences++
    trouble.awaySinceMs = nowMs
    trouble.attempts = 0
    if (trouble.absences === 2)
      this.#log.warn(
        `${trouble.store} comes and goes: waited for each time, told again once it has answered for ` +
          formatDuration(STEADY_MS),
      )
  }

  #remind(trouble: Trouble, nowMs: number): void {
    if (nowMs < trouble.reminderAtMs) return
    const forMs = nowMs - trouble.sinceMs
    const nextMs = REMINDERS_MS.find((ms) => ms > forMs)
    const lastMs = REMINDERS_MS[REMINDERS_MS.length - 1]
    trouble.reminderAtMs = trouble.sinceMs + (nextMs ?? (Math.floor(forMs / lastMs) + 1) * lastMs)
    const { store, absences, error } = trouble
    const elapsed = formatElapsed(forMs)
    const what =
      absences === 1
        ? `still waiting for ${store}: ${elapsed}`
        : `${store} still comes and goes: ${elapsed}, ${absences} times away`
    this.#log.warn(`${what}\n  ${error.message.split('\n')[0]}`)
  }

  #leave(waiter: Waiter, trouble: Trouble): void {
    if (!trouble.waiters.delete(waiter) || trouble.waiters.size > 0) return
    trouble.backSinceMs = this.#clock.monotonicMs()
    const { store, error, awaySinceMs, backSinceMs } = trouble
    const lastedMs = backSinceMs - awaySinceMs
    this.#past.set(store, { store, message: error.message, lastedMs, backSinceMs })
    if (trouble.absences > 1) return
    const elapsed = formatElapsed(trouble.backSinceMs - trouble.sinceMs)
    this.#log.info(`${storeOf(trouble)}available again after ${elapsed}: goes on`)
  }

  /** Ends the troubles of stores that have answered for long enough. */
  #forgetSteady(): void {
    const nowMs = this.#clock.monotonicMs()
    for (const trouble of this.#troubles.values()) {
      const { store, waiters, backSinceMs, sinceMs, absences } = trouble
      if (waiters.size > 0 || nowMs - backSinceMs < STEADY_MS) continue
      this.#troubles.delete(store)
      if (absences > 1)
        this.#log.info(
          `${store} is steady again: in ${formatElapsed(backSinceMs - sinceMs)} it was ${absences} times away`,
        )
    }
  }
}

/** Empty where the error did not name its store. */
const storeOf = ({ store, error }: Trouble): string =>
  error.store === undefined ? '' : `${store} `
