// The Yahoo benchmark's job over a log that is there, measured. Argument: what is wanted, as JSON.
import { runMeasured } from '../measured-job.ts'
import { Ads, campaignTable } from './ads.ts'
import { yahoo } from './pipeline.ts'

export interface YahooArguments {
  readonly campaigns: number
  readonly seed: number
  /** The steady part: from so many events to so many. */
  readonly steady: readonly [fromEvents: number, toEvents: number]
}

const { campaigns, seed, steady }: YahooArguments = JSON.parse(process.argv[2])
const openTable = async () => campaignTable(new Ads(campaigns, seed).campaignOf)
await runMeasured({ pipeline: yahoo, steady, openTable }, process.env)
