// `windrow produce`: sends the events of a simulated shop, or of a file, to the event log.
import { randomInt } from 'node:crypto'
import { type Clock, systemClock } from '../kit/clock.ts'
import { allOrProblems } from '../kit/config.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { createLog } from '../kit/log.ts'
import { showProgress } from '../kit/progress.ts'
import { describeStores } from '../stores/describe.ts'
import type { EventLogWriter } from '../stores/event-log/event-log.ts'
import { openEventLog } from '../stores/open-event-log.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { type ProducerSettings, producerSettings } from './config.ts'
import type { Flags } from './flags.ts'
import { printingWriter } from './print.ts'
import { openReplay, type ReplaySettings, runReplay } from './replay.ts'
import { runShop, type ShopContext, type ShopRun } from './shop.ts'
import { type Counts, standingOf } from './status.ts'
import { replayJson, replaySummary, shopBeginning, shopJson, shopSummary } from './summary.ts'
import { openTopic } from './topic.ts'

const clock: Clock = systemClock
const log = createLog('produce')

export async function produce(flags: Flags, signal: AbortSignal): Promise<void> {
  const beginning = { nowMs: clock.nowMs(), randomSeed: randomInt(2 ** 32) }
  const [settings, stores] = allOrProblems(
    producerSettings(flags, beginning),
    storeSettings(process.env),
  )
  const closed = new AbortController()
  const stop = AbortSignal.any([signal, closed.signal])
  if (settings.print) {
    const writer = printingWriter(process.stdout, () => closed.abort())
    await work(settings, stores, async () => writer, stop)
  } else await send(settings, stores, stop)
}

async function send(
  settings: ProducerSettings,
  stores: StoreSettings,
  signal: AbortSignal,
): Promise<void> {
  const events = await openEventLog(stores)
  log.info(`${describeStores({ events })} · topic ${stores.eventsTopic}`)
  try {
    const open = () =>
      openTopic(events, stores.eventsTopic, settings.partitions, { clock, log, signal })
    await work(settings, stores, open, signal)
  } finally {
    await events.close()
  }
}

async function work(
  { work, print, json }: ProducerSettings,
  stores: StoreSettings,
  open: () => Promise<EventLogWriter>,
  signal: AbortSignal,
): Promise<void> {
  // Results go to standard output, unless events do.
  const finish = (lines: readonly string[], unacknowledged: number) => {
    ;(print ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`)
    if (unacknowledged > 0) process.exitCode = EXIT.failed
  }
  if (work.kind === 'shop') {
    const progress = await shop(work.run, await open(), signal)
    const lines = json
      ? [JSON.stringify(shopJson(work.run, progress), null, 2)]
      : shopSummary(work.run, progress)
    finish(lines, progress.unacknowledged)
  } else {
    const replay = { ...work.replay, dataDir: stores.dataDir }
    const progress = await replayFile(replay, open, signal)
    const lines = json
      ? [JSON.stringify(replayJson(replay, progress, signal.aborted), null, 2)]
      : replaySummary(replay, progress, signal.aborted)
    finish(lines, progress.unacknowledged)
  }
}

async function shop(run: ShopRun, writer: EventLogWriter, signal: AbortSignal) {
  log.info(shopBeginning(run))
  return withStatus(writer, (context) => runShop(run, context, signal))
}

async function replayFile(
  replay: ReplaySettings,
  open: () => Promise<EventLogWriter>,
  signal: AbortSignal,
) {
  // The file is looked at before anything is made in the event log.
  const file = await openReplay(replay)
  const writer = await open()
  log.info(`replays ${replay.file} (${file.rows.format})`)
  return withStatus(writer, (context) => runReplay(file, context, signal))
}

/** Runs something with its status shown, and closes the writer afterwards. */
async function withStatus<T>(
  writer: EventLogWriter,
  run: (context: ShopContext) => Promise<T>,
): Promise<T> {
  let counts = (): Counts => ({ sent: 0, rejected: 0, isWaiting: false })
  const progress = showProgress({ terminal: process.stderr, log, clock, unit: 'events' }, () =>
    standingOf(counts()),
  )
  const onStart = (started: () => Counts) => {
    counts = started
  }
  try {
    return await run({ writer, clock, log: progress.log, onStart })
  } finally {
    progress.stop()
    await writer.close()
  }
}
