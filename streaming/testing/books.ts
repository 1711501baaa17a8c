// For tests: what the newest checkpoint of a job says became of the records read.
import { expect } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { allOrProblems } from '../../kit/config.ts'
import { openCheckpoints, openEventLog, openPoints } from '../../stores/open.ts'
import { storeSettings } from '../../stores/settings.ts'
import { readSnapshot } from '../checkpoint/encode.ts'
import { nameOfJob } from '../checkpoint/resume.ts'
import { balances, type LedgerEntry } from '../ledger.ts'

/** Every partition's books balance; answers them. `environment`: the job's. */
export async function balancedBooks(environment: NodeJS.ProcessEnv): Promise<LedgerEntry[]> {
  const [settings] = allOrProblems(storeSettings(environment))
  const [events, points] = [await openEventLog(settings), await openPoints(settings)]
  const name = nameOfJob({
    pipeline: smallShop.name,
    log: await events.identity(),
    topic: settings.eventsTopic,
    points: points.identity,
  })
  const checkpoints = await openCheckpoints(settings, name)
  const loaded = await checkpoints.load()
  for (const store of [checkpoints, points, events]) await store.close()
  const snapshot = loaded && readSnapshot(loaded.parts)
  const entries = (snapshot?.ledger.partitions ?? []).map(([, entry]) => entry)
  expect(entries.filter((entry) => !balances(entry))).toEqual([])
  return entries
}

/** Of all partitions. */
export const recordsRead = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((sum, { read }) => sum + read, 0)
