// What the stores hold after a soak, beside what DuckDB makes of the log.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { allOrProblems } from '../../kit/config.ts'
import { valueAt } from '../../stores/event-log/batch.ts'
import { openDemographics, openEventLog } from '../../stores/open.ts'
import { type StoreSettings, storeSettings } from '../../stores/settings.ts'
import { differences } from '../../streaming/testing/differences.ts'
import { METRICS, pointsBySql, pointsOfCsv } from '../../streaming/testing/sql-points.ts'
import { runToEnd } from '../testing/programs.ts'
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
  const [events, people] = [join(dir, 'events.ndjson'), join(dir, 'people.csv')]
  const count = await writeLog(settings, events)
  await writePeople(settings, people)
  const comparisons: Comparison[] = []
  for (const metric of METRICS) {
    const file = join(dir, `${metric}.csv`)
    const { out } = await runToEnd('points', [metric, '--format', 'csv'], direct)
    writeFileSync(file, out)
    const expected = await pointsBySql(metric, [events], people)
    const different = differences(await pointsOfCsv(metric, file), expected)
    comparisons.push({ metric, expected: expected.size, different })
  }
  return { events: count, comparisons }
}

/** Every record of the log, a line each. */
async function writeLog(settings: StoreSettings, file: string): Promise<number> {
  const log = await openEventLog(settings)
  const reader = await log.reader({ topic: settings.eventsTopic, group: 'soak-check' })
  const ends = await reader.ends()
  const out = openSync(file, 'w')
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
    writeSync(out, lines.join(''))
    count += batch.count
  }
  closeSync(out)
  await reader.close()
  await log.close()
  return count
}

async function writePeople(settings: StoreSettings, file: string): Promise<void> {
  const store = await openDemographics(settings)
  const lines = ['user_id,gender,age,country']
  for await (const { rows } of store.lookup(['gender', 'age', 'country'], 0))
    for (const row of rows) lines.push(row.join(','))
  writeFileSync(file, `${lines.join('\n')}\n`)
  await store.close()
}
