// The job as `windrow stream` shows it: with a bar while it processes what is in the log, and at the end as JSON on demand.

import { idTags } from '../data/definitions/series.ts'
import { systemClock } from '../kit/clock.ts'
import { WINDROW } from '../kit/invocation.ts'
import { createLog } from '../kit/log.ts'
import { type Standing, showProgress } from '../kit/progress.ts'
import { printJson } from '../kit/stdout.ts'
import type { Worked } from './report.ts'
import { runStream } from './run.ts'
import { Monitor } from './status/monitor.ts'
import { type JobStatus, lagOf } from './status/status.ts'
import type { StreamOptions } from './stream-options.ts'

export async function streamShowing(
  options: StreamOptions,
  isJson: boolean,
  signal: AbortSignal,
): Promise<void> {
  const ownLog = createLog('stream')
  const clock = systemClock
  const { pipeline, settings, once } = options
  for (const metric of pipeline.metrics)
    for (const tag of idTags(metric, pipeline.schema, pipeline.enrichment))
      ownLog.warn(
        `${metric.name} has the tag "${tag}", an id: a series for each (${WINDROW} check)`,
      )
  const isShown = once && process.stderr.isTTY
  const standing = standingOf(() => monitor.status())
  const monitor = new Monitor(pipeline, settings.eventsTopic, clock, ownLog)
  const progress = isShown
    ? showProgress({ terminal: process.stderr, log: ownLog, clock, unit: 'events' }, standing)
    : undefined
  const run = runStream(options, progress?.log ?? ownLog, signal, monitor)
  const worked = await run.finally(() => progress?.stop())
  if (isJson) await printJson(resultOf(worked, monitor.status()))
}

/** How much of what was in the log at first is read. */
function standingOf(status: () => JobStatus): () => Standing {
  let [readBefore, all] = [0, 0]
  return () => {
    const { partitions = [] } = status()
    if (partitions.length === 0) return { done: 0 }
    const read = sum(partitions, (one) => one.read)
    const lag = sum(partitions, lagOf)
    if (all === 0) {
      readBefore = read
      all = lag
    }
    const fraction = all === 0 ? undefined : Math.max(0, 1 - lag / Math.max(all, lag))
    return { done: read - readBefore, ...(fraction === undefined ? {} : { fraction }) }
  }
}

function resultOf(worked: Worked, { partitions = [], ...status }: JobStatus) {
  const { watermarkEpochMs = null, rejectedByReason = {}, checkpoint } = status
  const total = (key: 'read' | 'counted' | 'filtered' | 'late' | 'rejected' | 'duplicates') =>
    sum(partitions, (one) => one[key])
  return {
    run: { read: worked.read, tookMs: Math.round(worked.ms) },
    total: {
      read: total('read'),
      counted: total('counted'),
      filtered: total('filtered'),
      late: total('late'),
      rejected: total('rejected'),
      duplicates: total('duplicates'),
    },
    rejectedByReason,
    behind: sum(partitions, lagOf),
    watermark: watermarkEpochMs === null ? null : new Date(watermarkEpochMs).toISOString(),
    checkpoint: checkpoint?.number ?? null,
  }
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((total, one) => total + of(one), 0)
