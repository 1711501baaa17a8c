// The whole of windrow in one process: demographics, the simulated shop, the streaming job, the dashboard.

import { randomInt } from 'node:crypto'
import { seedDemographics } from '../../batch-loader/load.ts'
import { measurementOf } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { activeUsers } from '../../data/ecommerce/active-users.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { systemClock } from '../../kit/clock.ts'
import { allOrProblems, checkFlags } from '../../kit/config.ts'
import { grouped } from '../../kit/grouped.ts'
import { urlHost } from '../../kit/hosts.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { portSchema } from '../../kit/listen.ts'
import { createLog } from '../../kit/log.ts'
import { untilAvailable } from '../../kit/retry.ts'
import { printJson } from '../../kit/stdout.ts'
import { z } from '../../kit/zod.cjs'
import { producerSettings } from '../../producers/config.ts'
import { runShop, type ShopRun } from '../../producers/shop.ts'
import { openTopic } from '../../producers/topic.ts'
import { openDemographics, openEventLog, openPoints } from '../../stores/open.ts'
import { openArchive } from '../../stores/open-set-aside.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import { type StoreSettings, storeSettings } from '../../stores/settings.ts'
import {
  DEFAULT_CONFIG_FILE,
  type StreamingConfig,
  streamingConfig,
} from '../../streaming/config.ts'
import { runStream } from '../../streaming/run.ts'
import { changeText, wrongText } from './change-text.ts'
import { Page } from './page.ts'
import { type Next, throughChanges } from './through-changes.ts'
import { DefinitionsWatch, definitionFiles } from './watch-definitions.ts'

/**
 * A shop whose points are older begins so far back, so that the page has something to show from the first second: also of
 * visits, which half an hour of silence ends.
 */
const HISTORY_MS = 75 * 60_000
/** People made when there are none. The same every time. */
const PEOPLE_SEED = 42

const clock = systemClock
const log = createLog('windrow')
/** As they came from the command line. */
export interface StartFlags {
  readonly port: string
  readonly rate?: string
  readonly json?: boolean
}

export async function start(flags: StartFlags, signal: AbortSignal): Promise<void> {
  const beginning = { nowMs: clock.nowMs(), randomSeed: randomInt(2 ** 32) }
  const [settings, config, producer, { port }] = allOrProblems(
    storeSettings(process.env),
    streamingConfig(DEFAULT_CONFIG_FILE),
    producerSettings(
      flags.rate === undefined ? {} : { rate: flags.rate, arrivals: 'daily' },
      beginning,
    ),
    checkFlags({ port: flags.port }, z.object({ port: portSchema })),
  )
  if (producer.work.kind !== 'shop') throw new Error('expected the settings of a shop')

  // From the beginning: what changes while the rest is made ready is not missed.
  const definitions = new DefinitionsWatch(definitionFiles, clock, {
    onWrong: (findings) => log.warn(wrongText(findings)),
    onRight: () => log.info('definitions are right again, and as they were'),
  })
  // Whatever ends first ends all: a failure of one part must not leave the others running as if all were well.
  const ending = new AbortController()
  const end = AbortSignal.any([signal, ending.signal])
  const points = await openPoints(settings)
  try {
    await untilAvailable({ clock, log, signal: end }, () => points.prepare())
    // Told anew once the job serves its state: its port may be the next free one.
    let jobUrl = addressOf(config)
    const page = await Page.start({
      pipeline: ecommerce,
      points,
      port,
      log: createLog('dashboard'),
      engine: {
        jobUrl: () => jobUrl,
        topic: settings.eventsTopic,
        openDeadLetters: () => openArchive(settings, 'dead_letters'),
      },
    })
    log.info(`the dashboard is at ${page.url} (Ctrl-C stops)`)
    if (flags.json) await printJson({ url: page.url })
    try {
      await makePeople(settings, producer.work.run.users, end)
      const onStatusAddress = (address: string) => {
        jobUrl = address
      }
      const run = { ...producer.work.run, ...(await beginningOf(points)) }
      const counting = async (pipeline: Pipeline, until: AbortSignal) => {
        await page.show(pipeline)
        const job = { pipeline, settings, config, once: false, onStatusAddress }
        await runStream(job, createLog('stream'), until)
      }
      const parts = [
        shop(settings, run, producer.partitions, end),
        throughChanges(ecommerce, changes(definitions), counting, end),
      ]
      const stopAll = () => ending.abort()
      for (const part of parts) part.then(stopAll, stopAll)
      await Promise.allSettled(parts)
      await Promise.all(parts)
    } finally {
      await page.close()
    }
  } finally {
    await points.close()
  }
  log.info(`stopped; ${WINDROW} start goes on from here`)
}

/** The next definitions, and a line about them. */
function changes(definitions: DefinitionsWatch): Next {
  return async (present, signal) => {
    const next = await definitions.next(present, signal)
    if (next === undefined) return undefined
    log.info(`${changeText(present, next)}: the job and the page go on with that`)
    return next
  }
}

/** Where the job is going to serve its state; undefined: nowhere. */
const addressOf = ({ http }: StreamingConfig): string | undefined =>
  http && `http://${urlHost(http.host)}:${http.port}`

/** Fills the demographics when they are empty. */
async function makePeople(
  settings: StoreSettings,
  users: number,
  signal: AbortSignal,
): Promise<void> {
  const store = await openDemographics(settings)
  const context = { store, clock, log: createLog('seed'), signal }
  try {
    await untilAvailable(context, () => store.migrate())
    if ((await untilAvailable(context, () => store.count())) > 0) return
    const { inserted } = await seedDemographics({ ...context, users, seed: PEOPLE_SEED })
    context.log.info(`${grouped(inserted)} people made for the demographics`)
  } finally {
    await store.close()
  }
}

/** Where the shop begins: now, or a little while ago when that time has no points yet. */
async function beginningOf(points: PointsStore): Promise<Pick<ShopRun, 'startMs' | 'dueSinceMs'>> {
  const nowMs = clock.nowMs()
  const recent = { fromMs: nowMs - HISTORY_MS, toMs: nowMs + 1 }
  const hasHistory = (await points.read(measurementOf(activeUsers), recent)).length > 0
  const startMs = hasHistory ? nowMs : nowMs - HISTORY_MS
  return { startMs, dueSinceMs: startMs }
}

async function shop(
  settings: StoreSettings,
  run: ShopRun,
  partitions: number,
  signal: AbortSignal,
): Promise<void> {
  const events = await openEventLog(settings)
  const context = { clock, log: createLog('shop'), signal }
  try {
    const writer = await openTopic(events, settings.eventsTopic, partitions, context)
    await runShop(run, { ...context, writer }, signal)
    await writer.close()
  } finally {
    await events.close()
  }
}
