// The streaming job as `windrow stream --once --from earliest` runs it, with its own figures at the end.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { allOrProblems } from '../../kit/config.ts'
import { type Log, silentLog } from '../../kit/log.ts'
import { storeSettings } from '../../stores/settings.ts'
import {
  DEFAULT_CONFIG_FILE,
  type StreamingConfig,
  streamingConfig,
} from '../../streaming/config.ts'
import { runStream } from '../../streaming/run.ts'
import type { StreamOptions } from '../../streaming/stream-options.ts'
import { JobWatch } from './job-watch.ts'
import { watchLoop } from './loop-delay.ts'
import { printMeasured, SteadySpan } from './measured.ts'

export interface MeasuredJob extends Pick<StreamOptions, 'openTable'> {
  readonly pipeline: Pipeline
  /** The steady part: from so many events to so many. */
  readonly steady?: readonly [fromEvents: number, toEvents: number] | undefined
  /** Tell how long the event loop stood still, too: that costs a little. */
  readonly watchesLoop?: boolean | undefined
  /** What differs from the file of configuration. */
  readonly config?: Partial<StreamingConfig>
}

/** `environment`: names the stores. Prints the figures as the last line. */
export async function runMeasured(
  { steady, watchesLoop, config: given, ...rest }: MeasuredJob,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const [settings, fromFile] = allOrProblems(
    storeSettings(environment),
    streamingConfig(DEFAULT_CONFIG_FILE),
  )
  const log: Log = {
    ...silentLog,
    warn: (text: string) => process.stderr.write(`${text}\n`),
  } as Log
  const config = { ...fromFile, ...given }
  const options = { ...rest, settings, config, once: true, from: 'earliest' } as const
  const span = steady && new SteadySpan(...steady)
  const loop = watchesLoop === true ? watchLoop() : undefined
  const watch = new JobWatch(options, log, span)
  const { read, ms } = await runStream(options, log, new AbortController().signal, watch)
  printMeasured(read, ms, { steady: span?.span, more: { ...watch.facts, ...loop?.() } })
}
