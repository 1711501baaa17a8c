// `windrow audit`: what became of every record a job has read, and whether its books balance. Exit code 1: they do not.
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { loadState, withJobStores } from './inspect/job-state.ts'

interface AuditFlags {
  readonly json?: boolean
}

export const program = createCommand('audit')
  .description(
    'What became of every record the job has read, by partition, and whether the books balance:\n' +
      '  read = counted + filtered + late + rejected + duplicates\n' +
      "From the job's newest checkpoint, whether it runs or not.",
  )
  .option('--json', 'an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow audit
  windrow audit --json | jq .total

counted: by some metric; filtered: asked for by none; late: after its window could change no more (windrow late);
rejected: no event (windrow dead-letters); duplicates: of an id that was counted already.
corrected: late events that still corrected their window; they are among the counted.

Exit codes: 0 it balances, 1 it does not or there is no job; others: windrow help exit-codes.`,
  )
  .action((flags: AuditFlags) => runProgram(() => audit(flags)))

async function audit(flags: AuditFlags): Promise<void> {
  const [settings] = allOrProblems<[StoreSettings]>(storeSettings(process.env))
  await withJobStores(settings, ecommerce, async (stores) => {
    const { auditOf } = await import('./inspect/audit-report.ts')
    const { auditText } = await import('./inspect/audit-text.ts')
    const { snapshot, number } = await loadState(stores)
    const [ends, holder] = await Promise.all([
      stores.events.ends(stores.topic),
      stores.checkpoints.holder(),
    ])
    const { isGapless } = stores
    const report = auditOf({ snapshot, number, ends, isGapless, holder, nowMs: Date.now() })
    await (flags.json ? printJson(report) : print(auditText(report)))
    if (report.problems.length > 0) process.exitCode = EXIT.failed
  })
}
