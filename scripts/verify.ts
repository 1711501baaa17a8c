// `windrow verify`: computes closed windows again from the log and compares them with the points in the store; on demand
// mends the store. Exit code 1: they differ.

import type { Metric } from '../data/definitions/metric.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems, type Checked } from '../kit/config.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { argumentOf } from '../kit/suggestions.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, type StreamingConfig, streamingConfig } from '../streaming/config.ts'
import { checkMetric, checkRange } from './inspect/arguments.ts'
import { withJobStores } from './inspect/job-state.ts'
import type { Range } from './inspect/verifier.ts'

interface Flags {
  readonly from?: string
  readonly to?: string
  readonly repair?: boolean
  readonly config?: string
  readonly json?: boolean
}

const { metrics } = ecommerce

export const program = createCommand('verify')
  .description(
    'Computes closed windows again from the log, with the code of the job, and compares every point with the store.\n' +
      "Up to the job's newest checkpoint, whether the job runs or not.",
  )
  .addArgument(
    argumentOf('<metric>', 'name of the metric, or all', [
      'all',
      ...metrics.map(({ name }) => name),
    ]),
  )
  .option('--from <time>', 'windows that start then or later: ISO 8601, now, or -1h')
  .option('--to <time>', 'windows that start before')
  .option('--repair', 'make the store as the log says; the job must not run')
  .option('--config <file>', "the job's settings (default: streaming/config/streaming.yaml)")
  .option('--json', 'an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow verify all
  windrow verify revenue_by_category --from -1d
  windrow verify revenue_by_category --from 2026-01-31T12:00Z --to 2026-01-31T13:00Z --json
  windrow verify all --repair

Compared are windows that can change no more, as far back as the log still holds all of their events.
Demographics are as they are now: users whose row was changed since are counted under other tags.
Exit codes: 0 equal, or repaired; 1 they differ or there is no job; others: windrow help exit-codes.`,
  )
  .action((name: string, flags: Flags) => runProgram((signal) => verify(name, flags, signal)))

async function verify(name: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const [settings, config, chosen, range] = allOrProblems<
    [StoreSettings, StreamingConfig, readonly Metric[], Range]
  >(
    storeSettings(process.env),
    streamingConfig(flags.config ?? DEFAULT_CONFIG_FILE),
    choose(name),
    checkRange(flags, Date.now()),
  )
  const request = {
    pipeline: ecommerce,
    isRepairing: flags.repair === true,
    ...{ chosen, range, config, settings, signal },
  }
  await withJobStores(settings, ecommerce, async (stores) => {
    const { verification } = await import('./inspect/verification.ts')
    const { verifyJson, verifyText } = await import('./inspect/verify-text.ts')
    const { verifiers, repairs } = await verification(request, stores)
    if (flags.json) await printJson(verifyJson(verifiers, repairs))
    else await print(verifyText(verifiers, repairs))
    const isMended = repairs !== undefined && repairs.refused === undefined
    if (!isMended && verifiers.some(({ differences }) => differences > 0))
      process.exitCode = EXIT.failed
  })
}

function choose(name: string): Checked<readonly Metric[]> {
  if (name === 'all') return { value: metrics, problems: [] }
  const checked = checkMetric(name, metrics, ['all'])
  return 'value' in checked ? { ...checked, value: [checked.value] } : checked
}
