// Runs the simulated shop against an event log: simulation, pace and sending put together. Other programs may run it too.
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { EventLogWriter } from '../stores/event-log/event-log.ts'
import { createPace, type SpeedFactor } from './pace.ts'
import { Sender } from './send.ts'
import { createCatalogue } from './simulation/catalogue.ts'
import { type RecordKind, type ShopSettings, simulateShop } from './simulation/simulate.ts'
import type { Counts } from './status.ts'

export interface ShopRun extends ShopSettings {
  /** Number of products in the catalogue, 12 or more. */
  readonly products: number
  readonly speed: SpeedFactor
  /** Records to send; absent: no end. */
  readonly count?: number
  /** Length of the simulated time; absent: no end. */
  readonly durationMs?: number
  /** When the first record was due, by the clock; absent: now. Earlier: what is overdue is sent at once. */
  readonly dueSinceMs?: number
}

export interface ShopProgress extends Counts {
  readonly unacknowledged: number
  /** Records made so far, by kind. */
  readonly made: Readonly<Record<RecordKind, number>>
  /** Time since the first record was due. */
  readonly tookMs: number
  /** Simulated time so far. */
  readonly simulatedMs: number
}

export interface ShopContext {
  readonly writer: EventLogWriter
  readonly clock: Clock
  readonly log: Log
  /** Called once, before the first record, with a function that tells how it goes at any time. */
  readonly onStart?: (counts: () => Counts) => void
}

/**
 * Sends the shop's records until count or duration is reached or the signal is aborted; then what is on its way is
 * finished. Throws what the log fails with, except that it cannot be reached: that is waited for.
 */
export async function runShop(
  run: ShopRun,
  context: ShopContext,
  signal: AbortSignal,
): Promise<ShopProgress> {
  const { clock } = context
  const next = simulateShop(run, await createCatalogue(run.seed, run.products))
  const sender = new Sender(context.writer, { ...context, signal })
  const made = { ordinary: 0, late: 0, duplicate: 0, malformed: 0 }
  let record = next()
  let count = 0
  const startedMs = clock.nowMs()
  const progress = (): ShopProgress => ({
    sent: sender.sent,
    rejected: 0,
    unacknowledged: sender.unacknowledged,
    isWaiting: sender.isWaiting,
    ...shareOf(run, count, record.atMs),
    made,
    tookMs: clock.nowMs() - startedMs,
    simulatedMs: record.atMs,
  })
  context.onStart?.(progress)
  const pace = createPace(run.dueSinceMs ?? clock.nowMs(), run.speed)
  const endMs = run.durationMs ?? Infinity
  const isOver = () => signal.aborted || count >= (run.count ?? Infinity) || record.atMs >= endMs

  while (!isOver()) {
    const dueMs = pace.dueMs(clock.nowMs())
    let isFull = false
    while (!isFull && record.atMs <= dueMs && !isOver()) {
      isFull = sender.add(record)
      made[record.kind]++
      count++
      record = next()
    }
    await sender.flush()
    if (!isFull && !isOver()) await clock.sleep(pace.waitMs(record.atMs, clock.nowMs()), signal)
  }
  await sender.drain()
  return progress()
}

/** How much of what was asked for is done; nothing when it goes on until it is stopped. */
function shareOf(
  { count, durationMs }: ShopRun,
  made: number,
  simulatedMs: number,
): Pick<Counts, 'share'> {
  const shares = [count && made / count, durationMs && simulatedMs / durationMs]
  const known = shares.filter((share) => share !== undefined)
  return known.length === 0 ? {} : { share: Math.min(1, Math.max(...known)) }
}
