// The streaming job as `npm run stream -- --once --from earliest` runs it, with its own figures at the end.
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { allOrProblems } from '../../kit/config.ts'
import type { Log } from '../../kit/log.ts'
import { silentLog } from '../../kit/log.ts'
import { storeSettings } from '../../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../../streaming/config.ts'
import { runStream } from '../../streaming/run.ts'
import { printMeasured } from './measured.ts'

const [settings, config] = allOrProblems(
  storeSettings(process.env),
  streamingConfig(DEFAULT_CONFIG_FILE),
)
const log: Log = { ...silentLog, warn: (text: string) => process.stderr.write(`${text}\n`) } as Log
const options = { pipeline: ecommerce, settings, config, once: true, from: 'earliest' } as const
const { read, ms } = await runStream(options, log, new AbortController().signal)
printMeasured(read, ms)
