// Simulated time: what is to happen, in order. Nothing else makes time pass or lets a promise go on, so that a run is the
// same every time.

interface Step {
  readonly timeMs: number
  /** Of steps at one time the one that was planned first comes first. */
  readonly order: number
  readonly action: () => void
}

/** Whether `a` happens before `b`. */
const isBefore = (a: Step, b: Step): boolean =>
  a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order)

export class Scheduler {
  /** A binary heap, the next step first. */
  readonly #steps: Step[] = []
  #planned = 0
  #nowMs = 0
  #done = 0

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Steps done so far: tells the moments at one time apart. */
  get done(): number {
    return this.#done
  }

  /** Plans `action`, which must not throw, in so many milliseconds. */
  after(ms: number, action: () => void): void {
    const step = { timeMs: this.#nowMs + ms, order: this.#planned++, action }
    const steps = this.#steps
    let at = steps.push(step) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(step, steps[parent])) break
      steps[at] = steps[parent]
      at = parent
    }
    steps[at] = step
  }

  /** Does steps until `isOver` or nothing is planned. After each step, every promise that can go on does. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const step = this.#take()
      if (step === undefined) return
      this.#nowMs = step.timeMs
      this.#done++
      step.action()
      await settledPromises()
    }
  }

  #take(): Step | undefined {
    const steps = this.#steps
    const first = steps[0]
    const last = steps.pop()
    if (last === undefined || steps.length === 0) return last
    let at = 0
    while (true) {
      let child = 2 * at + 1
      if (child >= steps.length) break
      if (child + 1 < steps.length && isBefore(steps[child + 1], steps[child])) child++
      if (!isBefore(steps[child], last)) break
      steps[at] = steps[child]
      at = child
    }
    steps[at] = last
    return first
  }
}

/** Node runs all that promises have to do before the next immediate: no time is waited for. */
const settledPromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
