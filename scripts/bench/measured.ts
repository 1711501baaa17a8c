// What a measured program prints as its last line of standard output, and how the benchmark reads it.

export interface Measured {
  readonly events: number
  /** From the first batch of records to the end. */
  readonly workingMs: number
  /** User and system time of the whole process, in seconds. */
  readonly cpuS: number
  /** Largest resident memory of the process, in MiB. */
  readonly peakMiB: number
}

/** Prints the figures of this process. */
export function printMeasured(events: number, workingMs: number): void {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const measured: Measured = {
    events,
    workingMs,
    cpuS: (userCPUTime + systemCPUTime) / 1e6,
    peakMiB: maxRSS / 1024,
  }
  process.stdout.write(`${JSON.stringify(measured)}\n`)
}

export const parseMeasured = (output: string): Measured =>
  JSON.parse(output.trim().split('\n').at(-1) ?? '')
