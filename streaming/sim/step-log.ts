// What happened in a world, line by line, and a hash of it: the same seed must give the same.
import { createHash } from 'node:crypto'
import type { Scheduler } from './scheduler.ts'

export class StepLog {
  readonly #scheduler: Scheduler
  readonly #hash = createHash('sha256')
  readonly #lines: string[] | undefined
  #count = 0

  /** `keeps`: lines are kept, for people to read. */
  constructor(scheduler: Scheduler, keeps: boolean) {
    this.#scheduler = scheduler
    this.#lines = keeps ? [] : undefined
  }

  get count(): number {
    return this.#count
  }

  get lines(): readonly string[] {
    return this.#lines ?? []
  }

  add(text: string): void {
    const line = `${String(this.#scheduler.nowMs).padStart(7)} ${text}`
    this.#count++
    this.#hash.update(line).update('\n')
    this.#lines?.push(line)
  }

  /** Of all lines. Nothing may be added after. */
  digest(): string {
    return this.#hash.digest('hex')
  }
}
