// For tests: the job with the metrics of `other-metrics.ts`, through the log as it is. Argument: `before` or `after`.
import { allOrProblems } from '../../kit/config.ts'
import { createLog } from '../../kit/log.ts'
import { runProgram } from '../../kit/program.ts'
import { storeSettings } from '../../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../config.ts'
import { runStream } from '../run.ts'
import { after, before } from './other-metrics.ts'

await runProgram(async (signal) => {
  const pipeline = process.argv[2] === 'after' ? after : before
  const [settings, config] = allOrProblems(
    storeSettings(process.env),
    streamingConfig(DEFAULT_CONFIG_FILE),
  )
  await runStream({ pipeline, settings, config, once: true }, createLog('stream'), signal)
})
