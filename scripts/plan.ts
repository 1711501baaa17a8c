// `windrow plan`: what the next start of the job will do about metrics that were changed, before it is done.
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { storeSettings } from '../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../streaming/config.ts'
import { withJobStores } from './inspect/job-state.ts'

export const program = createCommand('plan')
  .description(
    'What the next start of the job will do about metrics that were added, changed or removed: what is computed again and\n' +
      'how long that takes, what becomes of their points in the store, and which dashboards change. Nothing is changed.',
  )
  .option('--json', 'an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow plan
  windrow plan --json

+ new, ~ changed, - gone; what is the same goes on where it was.
Exit codes: 0 nothing to do, 1 there is something to do; others: windrow help exit-codes.`,
  )
  .action(({ json = false }: { json?: boolean }) => runProgram(() => plan(json)))

async function plan(isJson: boolean): Promise<void> {
  const [settings, config] = allOrProblems(
    storeSettings(process.env),
    streamingConfig(DEFAULT_CONFIG_FILE),
  )
  await withJobStores(settings, ecommerce, async (stores) => {
    const { factsOf } = await import('./plan/facts.ts')
    const { planOf } = await import('./plan/planned.ts')
    const { planText } = await import('./plan/text.ts')
    const planned = planOf(await factsOf(ecommerce, config, stores))
    await (isJson ? printJson(planned) : print(planText(planned)))
    if (!planned.isNothing) process.exitCode = EXIT.failed
  })
}
