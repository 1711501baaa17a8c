// Compares the points in the store with those computed again from the log, and mends the store where that is wanted.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { systemClock } from '../../kit/clock.ts'
import { LostLeaseError, RefusedError } from '../../kit/errors.ts'
import { createLog } from '../../kit/log.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import { openDemographics } from '../../stores/open-demographics.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { type Snapshot, signatureOf } from '../../streaming/checkpoint/snapshot.ts'
import type { StreamingConfig } from '../../streaming/config.ts'
import type { ClosedThrough } from '../../streaming/recompute/recompute.ts'
import { type JobStores, loadState, say } from './job-state.ts'
import { recount } from './recount.ts'
import { leaseForRepair, Repairs } from './repairs.ts'
import { type Range, Verifier, type WholeThrough } from './verifier.ts'

export interface VerifyRequest {
  readonly pipeline: Pipeline
  readonly chosen: readonly Metric[]
  readonly range: Range
  readonly isRepairing: boolean
  readonly config: StreamingConfig
  readonly settings: StoreSettings
  readonly signal: AbortSignal
}

export interface Verified {
  readonly verifiers: readonly Verifier[]
  /** Undefined: nothing was to be repaired. */
  readonly repairs: Repairs | undefined
}

export async function verification(request: VerifyRequest, stores: JobStores): Promise<Verified> {
  try {
    return await verifyHolding(request, stores)
  } catch (error) {
    if (error instanceof LostLeaseError)
      throw new RefusedError(`${error.message}\n  Stop it, and run this again.`)
    if (request.signal.aborted)
      throw new RefusedError('Stopped before everything was compared: that says nothing.')
    throw error
  }
}

async function verifyHolding(request: VerifyRequest, stores: JobStores): Promise<Verified> {
  if (!request.isRepairing) return compare(request, stores, undefined)
  // Before the checkpoint is read: its predecessor may still have saved one.
  const lease = await leaseForRepair(stores.checkpoints, request.signal)
  try {
    return await compare(request, stores, lease)
  } finally {
    await lease.release()
  }
}

async function compare(
  { pipeline, chosen, range, config, settings, signal }: VerifyRequest,
  stores: JobStores,
  lease: Lease | undefined,
): Promise<Verified> {
  const { points } = stores
  const retry = { clock: systemClock, log: createLog('verify'), signal }
  const state = await loadState(stores)
  const { snapshot } = state
  await points.prepare()
  const repairs = lease && (await Repairs.begin({ lease, points, retry }, pipeline, config, state))
  const verifiers = asTheyWere(chosen, snapshot).map(
    (metric) =>
      new Verifier({
        ...{ metric, range, points },
        // Repairing begins with writing them.
        outbox: repairs === undefined ? snapshot.outbox.points : [],
        ...(repairs && { repair: (measurement, found) => repairs.mend(measurement, found) }),
      }),
  )
  let last: ClosedThrough | undefined
  const demographics = await openDemographics(settings)
  try {
    await recount({
      ...{ pipeline, stores, demographics, snapshot, config, retry, signal },
      onPoints: async (computed, through) => {
        last = through
        for (const verifier of verifiers) {
          verifier.add(computed.filter(({ measurement }) => measurement === verifier.metric.name))
          await verifier.compare(wholeOf(verifier, through), false)
        }
      },
    })
  } finally {
    await demographics.close()
  }
  if (last !== undefined) {
    const through = last
    for (const verifier of verifiers) await verifier.compare(wholeOf(verifier, through), true)
  }
  return { verifiers, repairs }
}

const wholeOf = (
  { metric }: Verifier,
  { watermarkMs, wholeFromOf }: ClosedThrough,
): WholeThrough => ({
  watermarkMs,
  wholeFromMs: wholeFromOf(metric),
})

/** The metrics whose points in the store were computed by the definition of now; the others are told. */
function asTheyWere(metrics: readonly Metric[], snapshot: Snapshot): Metric[] {
  return metrics.filter((metric) => {
    const isSame = snapshot.metrics.get(metric.name)?.signature === signatureOf(metric)
    if (!isSame)
      say(
        `note: ${metric.name} is new or changed: left out until the job has computed it from the log`,
      )
    return isSame
  })
}
