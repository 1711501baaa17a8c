// What a plan is made of: the newest checkpoint, the log, the definitions, the generated files.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { systemClock } from '../../kit/clock.ts'
import type { EventLog, Offsets } from '../../stores/event-log/event-log.ts'
import { readSnapshot } from '../../streaming/checkpoint/encode.ts'
import type { StreamingConfig } from '../../streaming/config.ts'
import { outdatedGrafana } from '../check/generated.ts'
import { newestRecords } from '../definitions/sample.ts'
import type { JobStores } from '../inspect/job-state.ts'
import { changesOf, type PointsKind } from './changes.ts'
import type { Facts } from './planned.ts'
import { measuredRate } from './rate.ts'

const WAIT_MS = 500
/** A second's work or less. */
const MEASURED_RECORDS = 400_000

export async function factsOf(
  pipeline: Pipeline,
  config: StreamingConfig,
  stores: JobStores,
): Promise<Facts> {
  const { events, points, checkpoints, topic } = stores
  await points.prepare()
  const [ends, holder, loaded, { outdated }] = await Promise.all([
    events.ends(topic),
    checkpoints.holder(),
    checkpoints.load(),
    outdatedGrafana(),
  ])
  const snapshot = loaded && readSnapshot(loaded.parts)
  const saved = new Map(
    [...(snapshot?.metrics ?? [])].map(([name, { signature }]) => [name, signature]),
  )
  const [begins, positions]: Offsets[] = snapshot
    ? [new Map(snapshot.ledger.begins), snapshot.positions]
    : [new Map(), ends]
  const changes = changesOf(pipeline.metrics, saved, kindOf(points.description))
  const computed = pipeline.metrics.filter(({ name }) =>
    changes.some((one) => one.metric === name && (one.kind === 'new' || one.kind === 'changed')),
  )
  const rate =
    computed.length === 0
      ? undefined
      : await measuredRate({
          ...{ pipeline, metrics: computed, config },
          batches: newestRecords(events, topic, ends, MEASURED_RECORDS),
          monotonicMs: systemClock.monotonicMs,
          nowMs: systemClock.nowMs(),
        })
  const fromMs = ends.size === 0 ? undefined : await firstAppendedMs(events, topic, begins)
  return {
    ...(snapshot === undefined
      ? { why: whyNone(loaded?.number) }
      : { checkpoint: loaded?.number ?? 0 }),
    ...(holder === undefined ? {} : { holder }),
    ...(fromMs === undefined ? {} : { fromMs }),
    records: [...positions].reduce((sum, [p, next]) => sum + next - (begins.get(p) ?? 0), 0),
    ...(rate === undefined ? {} : { rate }),
    changes,
    outdated,
  }
}

const whyNone = (number: number | undefined): string =>
  number === undefined
    ? 'No job has saved its place yet: all metrics are new.'
    : `Checkpoint ${number} is of another version of windrow: all metrics are computed anew.`

const kindOf = (description: string): PointsKind => {
  if (!description.startsWith('InfluxDB')) return 'sqlite'
  return /^InfluxDB 3/.test(description) ? 'influxdb3' : 'influxdb'
}

/** When the first record was appended, by the log's clock. */
async function firstAppendedMs(
  log: EventLog,
  topic: string,
  from: Offsets,
): Promise<number | undefined> {
  const group = `windrow-plan-${process.pid}-${Date.now()}`
  const reader = await log.reader({ topic, group, from, removed: 'skip', onRemoved: () => {} })
  try {
    const batch = await reader.read([...reader.positions().keys()], WAIT_MS)
    const firstMs = batch?.appendedMs[0] ?? Number.NaN
    return Number.isNaN(firstMs) ? undefined : firstMs
  } finally {
    await reader.close()
  }
}
