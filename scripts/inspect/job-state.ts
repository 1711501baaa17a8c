// What a job has saved of itself, for those who look from outside, whether it runs or not: nothing here takes part in it.

import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { RefusedError } from '../../kit/errors.ts'
import { WINDROW } from '../../kit/invocation.ts'
import type { CheckpointStore } from '../../stores/checkpoints/checkpoint-store.ts'
import type { EventLog } from '../../stores/event-log/event-log.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'

export interface JobStores {
  readonly events: EventLog
  readonly points: PointsStore
  readonly checkpoints: CheckpointStore
  readonly topic: string
  /** Every offset of the log holds a record. */
  readonly isGapless: boolean
}

export interface SavedState {
  readonly snapshot: Snapshot
  /** Of the checkpoint. */
  readonly number: number
  readonly parts: readonly Uint8Array[]
}

/** Standard error: what is said about the result. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Opens the stores of the pipeline's job, says which they are, and closes them. */
export async function withJobStores(
  settings: StoreSettings,
  pipeline: Pipeline,
  use: (stores: JobStores) => Promise<void>,
): Promise<void> {
  // Loaded only now: help and wrong usage answer without the stores' clients.
  const { describeStores, openCheckpoints, openEventLog, openPoints } = await import(
    '../../stores/open.ts'
  )
  const { nameOfJob } = await import('../../streaming/checkpoint/resume.ts')
  const topic = settings.eventsTopic
  const events = await openEventLog(settings)
  const points = await openPoints(settings)
  try {
    say(describeStores({ events, points }))
    const log = await events.identity()
    const name = nameOfJob({ pipeline: pipeline.name, log, topic, points: points.identity })
    const checkpoints = await openCheckpoints(settings, name)
    try {
      const isGapless = settings.kafka === undefined
      await use({ events, points, checkpoints, topic, isGapless })
    } finally {
      await checkpoints.close()
    }
  } finally {
    await points.close()
    await events.close()
  }
}

/** The newest checkpoint. Throws RefusedError when there is none that can be read. */
export async function loadState({ checkpoints, topic }: JobStores): Promise<SavedState> {
  const { readSnapshot } = await import('../../streaming/checkpoint/encode.ts')
  const loaded = await checkpoints.load()
  if (loaded === undefined)
    throw new RefusedError(
      `No job has saved its place in ${topic} yet (${checkpoints.description}).\n` +
        `  Start one: ${WINDROW} stream. If there is one: it belongs to its event log, topic and points store,\n` +
        '  so KAFKA_BROKERS, KAFKA_EVENTS_TOPIC, INFLUX_URL, INFLUX_BUCKET and WINDROW_DATA must be as they are for it.',
    )
  for (const sentence of loaded.damaged) say(`${sentence} The one before is looked at.`)
  const snapshot = readSnapshot(loaded.parts)
  if (snapshot === undefined)
    throw new RefusedError(
      `Checkpoint ${loaded.number} (${checkpoints.description}) is of another version of windrow.\n` +
        '  windrow stream computes every metric anew from the log.',
    )
  return { snapshot, number: loaded.number, parts: loaded.parts }
}
