// `windrow why`: why a window is or is not closed: watermarks, the partition that holds it, what is missing.

import type { Metric } from '../data/definitions/metric.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { argumentOf } from '../kit/suggestions.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, type StreamingConfig, streamingConfig } from '../streaming/config.ts'
import { checkMetric, checkTime } from './inspect/arguments.ts'
import { loadState, say, withJobStores } from './inspect/job-state.ts'
import { stateLine } from './inspect/state-line.ts'

const { metrics } = ecommerce

interface WhyFlags {
  readonly json?: boolean
  readonly config?: string
}

export const program = createCommand('why')
  .description(
    'Why a window is or is not closed yet: the watermarks, the partition that holds it, what is missing.\n' +
      "From the job's newest checkpoint and the log's end, whether the job runs or not.",
  )
  .addArgument(
    argumentOf(
      '[metric]',
      'name of the metric; without it, all of them',
      metrics.map(({ name }) => name),
    ),
  )
  .argument(
    '[time]',
    'in the window: ISO 8601, epoch ms or now-1m; without it, the oldest open one',
  )
  .option('--config <file>', "the job's settings (default: streaming/config/streaming.yaml)")
  .option('--json', 'an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow why                                         all metrics, and what the oldest open window waits for
  windrow why revenue_by_category                     its oldest open window, and all that are open
  windrow why revenue_by_category 2026-01-31T12:00Z   the window that then is in
  windrow why revenue_by_category now-1m --json

A window closes when the watermark reaches its end: the smallest, over all partitions that are waited for, of the largest
event time of a partition less the allowed disorder.
Exit codes: 0 answered, 1 there is no job; others: windrow help exit-codes.`,
  )
  .action((name: string | undefined, time: string | undefined, flags: WhyFlags) =>
    runProgram(() => why(name, time, flags)),
  )

async function why(
  name: string | undefined,
  time: string | undefined,
  flags: WhyFlags,
): Promise<void> {
  const nowMs = Date.now()
  const [settings, config, metric, timeMs] = allOrProblems<
    [StoreSettings, StreamingConfig, Metric | undefined, number | undefined]
  >(
    storeSettings(process.env),
    streamingConfig(flags.config ?? DEFAULT_CONFIG_FILE),
    name === undefined ? { value: undefined, problems: [] } : checkMetric(name, metrics),
    checkTime('time', time, nowMs),
  )
  await withJobStores(settings, ecommerce, async (stores) => {
    const { metricText, overallText, windowText } = await import('./inspect/why-text.ts')
    const { metricJson, overallJson } = await import('./inspect/why-json.ts')
    const { whyWindow } = await import('./inspect/why-window.ts')
    const { signatureOf } = await import('../streaming/checkpoint/snapshot.ts')
    const { snapshot, number } = await loadState(stores)
    const [ends, holder] = await Promise.all([
      stores.events.ends(stores.topic),
      stores.checkpoints.holder(),
    ])
    const { idleAfterMs, closeOnIdle } = config
    const facts = { snapshot, ends, holder, idleAfterMs, closeOnIdle, nowMs: Date.now() }
    for (const one of metric === undefined ? metrics : [metric])
      if (snapshot.metrics.get(one.name)?.signature !== signatureOf(one))
        say(`note: ${one.name} is new or changed since: computed from the log when the job starts`)
    if (flags.json) {
      const state = { number, facts }
      const answer = metric ? metricJson(metric, timeMs, state) : overallJson(metrics, state)
      return printJson(answer)
    }
    const ageMs = Math.max(0, facts.nowMs - snapshot.savedAtMs)
    await print([`${stateLine({ number, ageMs }, holder ?? null)}\n\n`])
    if (metric === undefined) return print(overallText(metrics, facts))
    if (timeMs === undefined) return print(metricText(metric, facts))
    await print(windowText(metric, whyWindow(metric, timeMs, facts), facts))
  })
}
