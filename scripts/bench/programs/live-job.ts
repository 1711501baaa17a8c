// The streaming job as `windrow stream` runs it, until it is told to stop. Tells when the watermark reached the end of each
// window, and how long the event loop stood still.
// Argument: what differs from that, as JSON.
import { allOrProblems } from '../../../kit/config.ts'
import { createLog } from '../../../kit/log.ts'
import { runProgram } from '../../../kit/program.ts'
import { storeSettings } from '../../../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../../../streaming/config.ts'
import type { Job } from '../../../streaming/job.ts'
import { runStream } from '../../../streaming/run.ts'
import { JobWatch } from '../job-watch.ts'
import { type LiveArguments, READY, type Reached } from '../live.ts'
import { watchLoop } from '../loop-delay.ts'
import { printMeasured } from '../measured.ts'
import { PIPELINES } from '../pipelines.ts'

class LiveWatch extends JobWatch {
  readonly reached: Reached[] = []
  #job: Job | undefined
  #lastMs = Number.NEGATIVE_INFINITY

  override enter(phase: Parameters<JobWatch['enter']>[0]): void {
    super.enter(phase)
    if (phase === 'running') process.stdout.write(`${READY}\n`)
  }

  override watch(parts: Parameters<JobWatch['watch']>[0]): void {
    super.watch(parts)
    this.#job = parts.job ?? this.#job
  }

  /** After a turn: what moved the watermark had been read when the turn's work began. */
  override alive(turnMs?: number): void {
    super.alive(turnMs)
    const watermarkMs = this.#job?.watermarks.currentMs ?? Number.NEGATIVE_INFINITY
    if (!Number.isFinite(watermarkMs)) return
    const atMs = performance.timeOrigin + performance.now() - (turnMs ?? 0)
    const lastEndMs = Math.floor(watermarkMs / given.windowMs) * given.windowMs
    const firstMs = Number.isFinite(this.#lastMs) ? this.#lastMs + given.windowMs : lastEndMs
    for (let endMs = firstMs; endMs <= lastEndMs; endMs += given.windowMs)
      this.reached.push([endMs, atMs])
    this.#lastMs = Math.max(this.#lastMs, lastEndMs)
  }
}

const given: LiveArguments = JSON.parse(process.argv[2])

await runProgram(async (signal) => {
  const [settings, fromFile] = allOrProblems(
    storeSettings(process.env),
    streamingConfig(DEFAULT_CONFIG_FILE),
  )
  const { http: _, ...rest } = fromFile
  const config = { ...rest, refreshEveryMs: given.refreshEveryMs }
  const options = { pipeline: PIPELINES[given.pipeline](), settings, config, once: false }
  const log = createLog('stream')
  const watch = new LiveWatch(options, log)
  const loop = watchLoop(given.warmUpMs)
  const { read, ms } = await runStream(options, log, signal, watch)
  process.stdout.write(`${JSON.stringify(watch.reached)}\n`)
  printMeasured(read, ms, { more: { ...watch.facts, ...loop() } })
})
