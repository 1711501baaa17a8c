// One program that is kept running: killed by us and started again, or found to have ended by itself.
import { setTimeout as delay } from 'node:timers/promises'
import type { RunningProgram } from '../testing/programs.ts'

const RESTART_MS = 500
const WORDS_LINES = 8

export class Actor {
  readonly name: string
  /** What it did that it should not have done. */
  readonly findings: string[] = []
  readonly #start: () => RunningProgram
  #program: RunningProgram
  #isExpected = false

  constructor(name: string, start: () => RunningProgram) {
    this.name = name
    this.#start = start
    this.#program = this.#watched()
  }

  /** SIGKILL, and started again after a moment. */
  async kill(): Promise<void> {
    this.#isExpected = true
    await this.#program.stop('SIGKILL')
    await delay(RESTART_MS)
    this.#program = this.#watched()
  }

  /** SIGTERM, to its end; a finding when that is not in order, or takes longer than `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#isExpected = true
    const startMs = performance.now()
    const { code, err } = await this.#program.stop('SIGTERM')
    const tookMs = Math.round(performance.now() - startMs)
    if (code !== 0) this.findings.push(`${this.name} ended with ${code} on SIGTERM: ${end(err)}`)
    if (tookMs > withinMs) this.findings.push(`${this.name} took ${tookMs} ms to stop`)
  }

  /** Without a word, at the end of everything. */
  async end(): Promise<void> {
    this.#isExpected = true
    await this.#program.stop('SIGKILL')
  }

  #watched(): RunningProgram {
    this.#isExpected = false
    const program = this.#start()
    program.ended.then(async ({ code, err }) => {
      if (this.#isExpected) return
      this.findings.push(`${this.name} ended by itself with ${code}: ${end(err)}`)
      await delay(RESTART_MS)
      if (!this.#isExpected) this.#program = this.#watched()
    })
    return program
  }
}

const end = (words: string): string => words.trim().split('\n').slice(-WORDS_LINES).join('\n    ')
