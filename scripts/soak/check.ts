// What the stores hold after a soak, beside what DuckDB makes of the log.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allOrProblems } from '../../kit/config.ts'
import { valueAt } from '../../stores/event-log/batch.ts'
import { openDemographics, openEventLog } from '../../stores/open.ts'
import { type StoreSettings, storeSettings } from '../../stores/settings.ts'
import { differences } from '../../streaming/testing/differences.ts'
import { METRICS_AS_THEY_STAND, rowsOfPoints, SqlShop } from '../../streaming/testing/sql-points.ts'
import { storedPoints } from '../../streaming/testing/stored-points.ts'
import type { SoakPlace } from './place.ts'

export interface Comparison {
  readonly metric: string
  readonly expected: number
  readonly different: readonly string[]
}

export interface Checked {
  readonly events: number
  readonly comparisons: readonly Comparison[]
}

export async function check({ dir, direct }: SoakPlace): Promise<Checked> {
  const [settings] = allOrProblems(storeSettings(direct))
  const people = join(dir, 'people.csv')
  const { count, files } = await writeLog(settings, dir)
  await writePeople(settings, people)
  const shop = await SqlShop.open(files, people)
  const comparisons: Comparison[] = []
  for (const metric of METRICS_AS_THEY_STAND) {
    const expected = await shop.points(metric)
    const actual = rowsOfPoints(metric, await storedPoints(direct, metric))
    const different = differences(metric, actual, expected)
    comparisons.push({ metric: metric.name, expected: expected.size, different })
  }
  shop.close()
  return { events: count, comparisons }
}

/** Every record of the log, a line each, a file for each partition. */
async function writeLog(
  settings: StoreSettings,
  dir: string,
): Promise<{ count: number; files: string[] }> {
  const log = await openEventLog(settings)
  const reader = await log.reader({ topic: settings.eventsTopic, group: 'soak-check' })
  const ends = await reader.ends()
  const fileOf = (partition: number) => join(dir, `events-${partition}.ndjson`)
  for (const partition of ends.keys()) writeFileSync(fileOf(partition), '')
  let count = 0
  const open = () =>
    [...ends].flatMap(([partition, end]) =>
      (reader.positions().get(partition) ?? 0) < end ? [partition] : [],
    )
  for (let wanted = open(); wanted.length > 0; wanted = open()) {
    const batch = await reader.read(wanted, 1_000)
    if (batch === undefined) continue
    const lines: string[] = []
    for (let i = 0; i < batch.count; i++) lines.push(`${Buffer.from(valueAt(batch, i) ?? [])}\n`)
    appendFileSync(fileOf(batch.partition), lines.join(''))
    count += batch.count
  }
  await reader.close()
  await log.close()
  return { count, files: [...ends.keys()].map(fileOf) }
}

async function writePeople(settings: StoreSettings, file: string): Promise<void> {
  const store = await openDemographics(settings)
  const lines = ['user_id,gender,age,country,income_bracket']
  for await (const { rows } of store.lookup(['gender', 'age', 'country', 'income_bracket'], 0))
    for (const row of rows) lines.push(row.join(','))
  writeFileSync(file, `${lines.join('\n')}\n`)
  await store.close()
}
