// The measured job over a pipeline of the benchmarks. Argument: what differs from the usual, as JSON.
import { runMeasured } from './measured-job.ts'
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
const { pipeline = 'all', steady, watchesLoop, ...config } = given
await runMeasured({ pipeline: PIPELINES[pipeline](), steady, watchesLoop, config }, process.env)
