// What an event costs from its bytes to its windows, without any store: batches are made beside, and only the job's work on
// them is timed. Argument, as JSON: what is counted and of what, and where the parts begin and end that are timed.
import { EventBatches, jobOf, NOW_MS } from '../batches.ts'
import { cpuSeconds, printMeasured } from '../measured.ts'
import type { PipelineName } from '../pipelines.ts'

export interface GrowthArguments {
  readonly pipeline: PipelineName
  readonly users: number
  readonly products: number
  readonly seed: number
  /** In order: from so many events to so many. The last one ends the run. */
  readonly parts: readonly (readonly [fromEvents: number, toEvents: number])[]
}

const { pipeline, users, products, seed, parts }: GrowthArguments = JSON.parse(process.argv[2])
const job = jobOf(pipeline, users)
const batches = new EventBatches({ users, products, seed })
const costs = parts.map(() => ({ cpuS: 0, events: 0 }))
const end = parts[parts.length - 1][1]

for (let read = 0; read < end; ) {
  const batch = batches.next()
  const part = parts.findIndex(([from, to]) => read >= from && read < to)
  const beforeS = cpuSeconds()
  job.process(batch, NOW_MS)
  job.closeWindows()
  read += batch.count
  if (part < 0) continue
  costs[part].cpuS += cpuSeconds() - beforeS
  costs[part].events += batch.count
}

const us = costs.map(({ cpuS, events }, part) => [`part${part}Us`, (cpuS * 1e6) / events])
printMeasured(end, performance.now(), { more: Object.fromEntries(us) })
