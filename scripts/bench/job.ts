// The streaming job as `npm run stream -- --once --from earliest` runs it, with its own figures at the end.
// Argument: what differs from that, as JSON.
import { allOrProblems } from '../../kit/config.ts'
import type { Log } from '../../kit/log.ts'
import { silentLog } from '../../kit/log.ts'
import { storeSettings } from '../../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../../streaming/config.ts'
import { runStream } from '../../streaming/run.ts'
import { JobWatch } from './job-watch.ts'
import { watchLoop } from './loop-delay.ts'
import { printMeasured, SteadySpan } from './measured.ts'
import { PIPELINES, type PipelineName } from './pipelines.ts'

export interface JobArguments {
  readonly pipeline?: PipelineName
  /** The steady part: from so many events to so many. */
  readonly steady?: readonly [fromEvents: number, toEvents: number]
  readonly refreshEveryMs?: number
  readonly workers?: number
  /** Tell how long the event loop stood still, too: that costs a little. */
  readonly watchesLoop?: boolean
}

const given: JobArguments = JSON.parse(process.argv[2] ?? '{}')
const [settings, fromFile] = allOrProblems(
  storeSettings(process.env),
  streamingConfig(DEFAULT_CONFIG_FILE),
)
const config = {
  ...fromFile,
  refreshEveryMs: given.refreshEveryMs ?? fromFile.refreshEveryMs,
  workers: given.workers ?? fromFile.workers,
}
const log: Log = { ...silentLog, warn: (text: string) => process.stderr.write(`${text}\n`) } as Log
const pipeline = PIPELINES[given.pipeline ?? 'all']()
const options = { pipeline, settings, config, once: true, from: 'earliest' } as const
const steady = given.steady === undefined ? undefined : new SteadySpan(...given.steady)
const loop = given.watchesLoop === true ? watchLoop() : undefined
const watch = new JobWatch(options, log, steady)
const { read, ms } = await runStream(options, log, new AbortController().signal, watch)
printMeasured(read, ms, { steady: steady?.span, more: { ...watch.facts, ...loop?.() } })
