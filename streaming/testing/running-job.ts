// For tests: the job as a process of its own, and what it tells of itself over HTTP while it runs.
import type { Ended, RunningProgram } from '../../scripts/testing/programs.ts'
import type { JobStatus } from '../status/status.ts'

/** A frozen job does not answer. */
const ANSWER_WITHIN_MS = 2_000

/** What `/status` answers. */
export interface Told extends JobStatus {
  readonly readiness: { readonly ok: boolean; readonly because: readonly string[] }
}

export class RunningJob {
  readonly program: RunningProgram

  constructor(program: RunningProgram) {
    this.program = program
  }

  get err(): string {
    return this.program.err
  }

  /** Undefined: it does not answer, not yet or not now. */
  async ask(path: string): Promise<{ readonly code: number; readonly text: string } | undefined> {
    const [, address] = /state and metrics are at (http:\S+)/.exec(this.err) ?? []
    if (address === undefined) return undefined
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
      const response = await fetch(`${address}${path}`, { signal })
      return { code: response.status, text: await response.text() }
    } catch {
      return undefined
    }
  }

  async status(): Promise<Told | undefined> {
    const answer = await this.ask('/status')
    return answer && (JSON.parse(answer.text) as Told)
  }

  /** Value of a metric without labels; undefined while there is none. */
  async metric(name: string): Promise<number | undefined> {
    const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(await this.metrics()) ?? []
    return value === undefined ? undefined : Number(value)
  }

  async metrics(): Promise<string> {
    return (await this.ask('/metrics'))?.text ?? ''
  }

  /** Resolves once it reads, and has saved what it read. */
  async untilReading(): Promise<void> {
    const before = readIn(await this.until('an answer', () => true))
    const { checkpoint } = await this.until('reading', (now) => readIn(now) > before)
    await this.untilSaved(checkpoint?.number)
  }

  /** Resolves once it says so of itself; answers what it said. Throws when it ends before, or it takes too long. */
  async until(
    what: string,
    condition: (told: Told) => boolean | Promise<boolean>,
    patienceMs = 60_000,
  ): Promise<Told> {
    let told: Told | undefined
    const holds = async () => {
      told = await this.status()
      return told !== undefined && (await condition(told))
    }
    await this.program.until(what, holds, patienceMs)
    return told as Told
  }

  /** Waits until it works and has saved a checkpoint that is newer than `number`. */
  untilSaved(number = 0, patienceMs?: number): Promise<Told> {
    const isThere = ({ phase, readiness, checkpoint }: Told) =>
      phase === 'running' && readiness.ok && (checkpoint?.number ?? 0) > number
    return this.until(`a checkpoint after ${number}`, isThere, patienceMs)
  }

  /** How many lines it wrote that match. */
  count(pattern: RegExp): number {
    return this.err.split('\n').filter((line) => pattern.test(line)).length
  }

  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ended> {
    return this.program.stop(signal)
  }
}

/** Records read, of all partitions. */
export const readIn = ({ partitions = [] }: Told): number =>
  partitions.reduce((sum, { read }) => sum + read, 0)
