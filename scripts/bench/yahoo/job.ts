// The Yahoo benchmark's job over a log that is there, with its own figures at the end. Argument: what is wanted, as JSON.
import { allOrProblems } from '../../../kit/config.ts'
import { type Log, silentLog } from '../../../kit/log.ts'
import { storeSettings } from '../../../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../../../streaming/config.ts'
import { runStream } from '../../../streaming/run.ts'
import { JobWatch } from '../job-watch.ts'
import { printMeasured, SteadySpan } from '../measured.ts'
import { Ads, campaignTable } from './ads.ts'
import { yahoo } from './pipeline.ts'

export interface YahooArguments {
  readonly campaigns: number
  readonly seed: number
  /** The steady part: from so many events to so many. */
  readonly steady: readonly [fromEvents: number, toEvents: number]
}

const { campaigns, seed, steady }: YahooArguments = JSON.parse(process.argv[2])
const [settings, config] = allOrProblems(
  storeSettings(process.env),
  streamingConfig(DEFAULT_CONFIG_FILE),
)
const log: Log = { ...silentLog, warn: (text: string) => process.stderr.write(`${text}\n`) } as Log
const options = {
  pipeline: yahoo,
  settings,
  config,
  once: true,
  from: 'earliest',
  openTable: async () => campaignTable(new Ads(campaigns, seed).campaignOf),
} as const
const span = new SteadySpan(...steady)
const watch = new JobWatch(options, log, span)
const { read, ms } = await runStream(options, log, new AbortController().signal, watch)
printMeasured(read, ms, { steady: span.span, more: watch.facts })
