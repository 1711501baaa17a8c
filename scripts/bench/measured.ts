// What a measured program prints as its last line of standard output, and how the benchmark reads it.

/** What was done between two moments of a program that had warmed up. */
export interface Span {
  readonly events: number
  readonly ms: number
  /** User and system time of the whole process, in seconds. */
  readonly cpuS: number
}

export interface Measured {
  readonly events: number
  /** From the first batch of records to the end. */
  readonly workingMs: number
  /** User and system time of the whole process, in seconds. */
  readonly cpuS: number
  /** Largest resident memory of the process, in MiB. */
  readonly peakMiB: number
  /** Without the beginning and the end, where they were to be left out. */
  readonly steady?: Span
  /** What else is told; the unit is in the name. */
  readonly more?: Readonly<Record<string, number>>
}

/** Prints the figures of this process. */
export function printMeasured(
  events: number,
  workingMs: number,
  rest: Pick<Measured, 'more'> & { readonly steady?: Span | undefined } = {},
): void {
  const { maxRSS } = process.resourceUsage()
  const { steady, more } = rest
  const measured: Measured = {
    events,
    workingMs,
    cpuS: cpuSeconds(),
    peakMiB: maxRSS / 1024,
    ...(steady === undefined ? {} : { steady }),
    ...(more === undefined ? {} : { more }),
  }
  process.stdout.write(`${JSON.stringify(measured)}\n`)
}

export const parseMeasured = (output: string): Measured =>
  JSON.parse(output.trim().split('\n').at(-1) ?? '')

/** User and system time of this process so far, of all its threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Takes the time when so many events are done, and when so many more are. */
export class SteadySpan {
  readonly #fromEvents: number
  readonly #toEvents: number
  #begun: Span | undefined
  #span: Span | undefined

  constructor(fromEvents: number, toEvents: number) {
    this.#fromEvents = fromEvents
    this.#toEvents = toEvents
  }

  /** To be called often, with the number of events done. */
  passed(events: number): void {
    if (this.#span !== undefined || events < this.#fromEvents) return
    if (this.#begun === undefined) this.#begun = spanTo(events)
    else if (events >= this.#toEvents) this.#span = less(spanTo(events), this.#begun)
  }

  /** Undefined until the second mark is passed. */
  get span(): Span | undefined {
    return this.#span
  }
}

const spanTo = (events: number): Span => ({ events, ms: performance.now(), cpuS: cpuSeconds() })

const less = (a: Span, b: Span): Span => ({
  events: a.events - b.events,
  ms: a.ms - b.ms,
  cpuS: a.cpuS - b.cpuS,
})
