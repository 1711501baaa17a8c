// A simulated process: it can be frozen and killed at any of its calls of a store. Calls go through a network that delays
// and loses; a request that is on its way arrives whatever becomes of who sent it.
import type { Clock } from '../../kit/clock.ts'
import { UnavailableError } from '../../kit/errors.ts'
import type { Fate, Faults, Operation } from './faults.ts'
import type { Scheduler } from './scheduler.ts'
import type { StepLog } from './step-log.ts'

/** What all processes of a world share. */
export interface Machine {
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly steps: StepLog
  /** What the wall clock shows, epoch milliseconds. */
  wallMs(): number
}

export interface Call<T> {
  readonly operation: Operation
  /** For the log of steps. */
  readonly detail: string
  /** What happens in the store. May throw an error, which is its answer. */
  readonly effect: () => T
  /** What happens there when it breaks off in the middle; absent: it cannot. */
  readonly halfEffect?: () => void
  /** The answer as text, for the log of steps. */
  readonly tell?: (answer: T) => string
  /** How long the store takes over this answer. */
  readonly takesMs?: (answer: T) => number
  /** In the process, as the answer arrives. */
  readonly onAnswer?: (answer: T) => void
}

export class SimProcess {
  readonly name: string
  readonly clock: Clock
  /** Resolves when it is killed. */
  readonly death: Promise<void>
  readonly #machine: Machine
  readonly #startedMs: number
  #isDead = false
  #onDeath: () => void = () => {}
  #frozenUntilMs = 0

  constructor(name: string, machine: Machine) {
    this.name = name
    this.#machine = machine
    this.death = new Promise((resolve) => {
      this.#onDeath = resolve
    })
    const { scheduler } = machine
    this.#startedMs = scheduler.nowMs
    this.clock = {
      nowMs: () => machine.wallMs(),
      monotonicMs: () => scheduler.nowMs - this.#startedMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    }
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Nothing of it goes on any more. */
  kill(): void {
    if (this.#isDead) return
    this.#isDead = true
    this.#machine.steps.add(`${this.name} is killed`)
    this.#onDeath()
  }

  /** Nothing of it goes on for so long. */
  freeze(ms: number): void {
    this.#machine.steps.add(`${this.name} is frozen for ${ms} ms`)
    this.#frozenUntilMs = Math.max(this.#frozenUntilMs, this.#machine.scheduler.nowMs + ms)
  }

  /** Asks a store. What becomes of the request is for `Faults` to say. */
  call<T>(call: Call<T>): Promise<T> {
    const fate = this.#machine.faults.fateOf(call.operation)
    return new Promise((resolve, reject) => {
      if (this.#isDead) return
      if (fate.killed === 'before') return this.kill()
      if (fate.freezeBeforeMs > 0) this.freeze(fate.freezeBeforeMs)
      const send = () => {
        this.#machine.scheduler.after(fate.requestMs, () => {
          const answer = this.#arrive(call, fate)
          if (fate.killed === 'after') return this.kill()
          if (fate.freezeAfterMs > 0 && !this.#isDead) this.freeze(fate.freezeAfterMs)
          const takesMs = 'error' in answer ? 0 : (call.takesMs?.(answer.value) ?? 0)
          this.#goOn(takesMs + fate.answerMs, () => this.#answer(call, answer, resolve, reject))
        })
        if (fate.killed === 'meanwhile') this.kill()
      }
      if (this.#frozenUntilMs > this.#machine.scheduler.nowMs && !fate.leavesAtOnce)
        this.#goOn(0, send)
      else send()
    })
  }

  #arrive<T>(call: Call<T>, fate: Fate): Answer<T> {
    const { operation, detail, effect, halfEffect, tell = () => '' } = call
    const { steps } = this.#machine
    const away = () => ({ error: new UnavailableError(`${operation} away`, { store: operation }) })
    const text = `${this.name} ${operation}${detail === '' ? '' : ` ${detail}`}`
    if (fate.failure === 'refused') {
      steps.add(`${text}: refused`)
      return away()
    }
    if (fate.failure === 'half' && halfEffect !== undefined) {
      steps.add(`${text}: half of it`)
      halfEffect()
      return away()
    }
    try {
      const value = effect()
      steps.add(
        `${text}${tell(value)}${fate.failure === undefined ? '' : ': done, the answer is lost'}`,
      )
      return fate.failure === undefined ? { value } : away()
    } catch (error) {
      steps.add(`${text}: ${(error as Error).message}`)
      return { error: error as Error }
    }
  }

  #answer<T>(
    call: Call<T>,
    answer: Answer<T>,
    resolve: (value: T) => void,
    reject: (error: Error) => void,
  ): void {
    if ('error' in answer) {
      reject(answer.error)
      return
    }
    call.onAnswer?.(answer.value)
    resolve(answer.value)
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const wake = () => {
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      signal?.addEventListener('abort', wake)
      this.#goOn(ms, wake)
    })
  }

  /** Goes on in so many milliseconds, or when it is no longer frozen; never when it is dead. */
  #goOn(ms: number, action: () => void): void {
    this.#machine.scheduler.after(ms, () => {
      if (this.#isDead) return
      const leftMs = this.#frozenUntilMs - this.#machine.scheduler.nowMs
      if (leftMs > 0) this.#goOn(leftMs, action)
      else action()
    })
  }
}

type Answer<T> = { readonly value: T } | { readonly error: Error }
