// The loop that looks at the job every other second, whether or not a page is open, so that one that is opened at three in
// the morning has the last 15 minutes.
import type { Clock } from '../../kit/clock.ts'
import { alertsOf } from './alerts.ts'
import type { EngineState, JobLink, Sample } from './api.ts'
import { createHistory, type Look } from './history.ts'
import { type Asked, askJob } from './job-client.ts'
import type { JobStatus } from './status.ts'

export const LOOK_EVERY_MS = 2_000

export interface JobWatchOptions {
  /** Where the job is now; undefined: it serves no state. */
  readonly jobUrl: () => string | undefined
  readonly topic: string
  readonly clock: Clock
  /** Absent: over HTTP. */
  readonly ask?: (url: string | undefined) => Promise<Asked>
}

export interface JobWatch {
  state(): EngineState
  samples(): Sample[]
  /** Calls at every look; the answer ends it. */
  listen(listener: (state: EngineState) => void): () => void
  /** Resolves when the last look is done. */
  close(): Promise<void>
}

export function watchJob({ jobUrl, topic, clock, ask = askJob }: JobWatchOptions): JobWatch {
  const history = createHistory()
  const listeners = new Set<(state: EngineState) => void>()
  const stop = new AbortController()
  let status: JobStatus | null = null
  let job: JobLink = { state: 'unknown', url: jobUrl() ?? '', message: '', answeredMs: null }

  const state = (): EngineState => {
    const nowMs = clock.nowMs()
    const { looks } = history
    const last = looks.at(-1)
    return {
      ...{ nowMs, topic, job, status },
      rates: Object.fromEntries(history.rates),
      alerts: alertsOf({ nowMs, job, status, looks }),
      sample: last === undefined ? null : sampleOf(last),
    }
  }

  async function look(): Promise<void> {
    const url = jobUrl()
    const asked = await ask(url)
    if (stop.signal.aborted) return
    const nowMs = clock.nowMs()
    const link = { state: asked.state, url: url ?? '' }
    if (asked.state === 'answers') {
      status = asked.status
      job = { ...link, message: '', answeredMs: nowMs }
    } else job = { ...link, message: asked.message, answeredMs: job.answeredMs }
    history.add(nowMs, asked.state === 'answers' ? asked.status : undefined)
    const now = state()
    for (const listener of listeners) listener(now)
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await look()
      await clock.sleep(LOOK_EVERY_MS, stop.signal)
    }
  }
  const running = run()

  return {
    state,
    samples: () => history.looks.map(sampleOf),
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      stop.abort()
      await running
    },
  }
}

const sampleOf = ({ timeMs, rate, lag }: Look): Sample => ({ timeMs, rate, lag })
