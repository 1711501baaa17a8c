// Looks at a running job more closely than its status tells: its steady part, its pauses, and when it began to work.
import { createHistogram } from 'node:perf_hooks'
import { systemClock } from '../../kit/clock.ts'
import type { Log } from '../../kit/log.ts'
import { Monitor } from '../../streaming/status/monitor.ts'
import type { StreamOptions } from '../../streaming/stream-options.ts'
import type { Turns } from '../../streaming/turn.ts'
import type { SteadySpan } from './measured.ts'

const NS_PER_MS = 1e6

type Parts = Parameters<Monitor['watch']>[0]

export class JobWatch extends Monitor {
  readonly #steady: SteadySpan | undefined
  /** Between the ends of turns that had a batch, in nanoseconds. */
  readonly #gaps = createHistogram()
  readonly #enteredMs = new Map<string, number>()
  #turns: Turns | undefined
  #refresher: Parts['refresher']
  #refreshedMs: number | undefined
  #refreshes = 0
  #firstMs = 0
  #lastMs = 0

  constructor({ pipeline, settings }: StreamOptions, log: Log, steady?: SteadySpan) {
    super(pipeline, settings.eventsTopic, systemClock, log)
    this.#steady = steady
  }

  override enter(phase: Parameters<Monitor['enter']>[0]): void {
    super.enter(phase)
    if (!this.#enteredMs.has(phase)) this.#enteredMs.set(phase, performance.now())
  }

  override watch(parts: Parts): void {
    super.watch(parts)
    this.#turns = parts.turns ?? this.#turns
    this.#refresher = parts.refresher ?? this.#refresher
  }

  override alive(turnMs?: number): void {
    super.alive(turnMs)
    if (turnMs === undefined || this.#turns === undefined) return
    const nowMs = performance.now()
    this.#firstMs ||= nowMs
    // The first turns are those of code that has not been compiled yet.
    if (this.#lastMs > this.#firstMs) this.#gaps.record(nsOf(nowMs - this.#lastMs))
    this.#lastMs = nowMs
    const refreshedMs = this.#refresher?.lastRefreshMs
    if (refreshedMs !== this.#refreshedMs) this.#refreshes++
    this.#refreshedMs = refreshedMs
    this.#steady?.passed(this.#turns.worked.read)
  }

  /** Times since the start of the process, and pauses between turns. */
  get facts(): Readonly<Record<string, number>> {
    const at = (phase: string) => this.#enteredMs.get(phase) ?? 0
    return {
      firstBatchDoneMs: this.#firstMs,
      loadMs: at('restoring') - at('loading'),
      // The first one is the table's loading.
      refreshes: this.#refreshes - 1,
      turnsP999Ms: this.#gaps.percentile(99.9) / NS_PER_MS,
      turnsLongestMs: this.#gaps.max / NS_PER_MS,
    }
  }
}

const nsOf = (ms: number): number => Math.max(1, Math.round(ms * NS_PER_MS))
