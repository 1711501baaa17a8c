// `windrow late`: how many events came too late, by partition and by how much, and what can be done about it.
import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { checkLimit, LATE_EVENTS } from './dead-letters/arguments.ts'
import { say, withArchive } from './dead-letters/looking.ts'
import { latenessJson } from './late/json.ts'
import { Lateness } from './late/lateness.ts'
import { latenessText } from './late/text.ts'

const EXAMPLES_USUALLY = 5

interface LateFlags {
  readonly limit?: string
  readonly json?: boolean
}

export const program = createCommand('late')
  .description(
    'How many events came too late, by partition and by how much, and what can be done about it.',
  )
  .option('--limit <n>', 'examples shown, the latest; 0: none (default: 5)')
  .option('--json', 'an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow late
  windrow late --limit 20
  windrow dead-letters list --late          the late events themselves
  windrow dead-letters replay --late        gives them back to the job, once allowedLateness was raised

How late: how long before the event, in event time, its window had closed.`,
  )
  .action((flags: LateFlags) => runProgram(() => late(flags)))

async function late(flags: LateFlags): Promise<void> {
  const [limit, settings] = allOrProblems<[number | undefined, StoreSettings]>(
    checkLimit(flags, EXAMPLES_USUALLY),
    storeSettings(process.env),
  )
  await withArchive(settings, LATE_EVENTS, async ({ archive, topic }) => {
    const lateness = new Lateness(limit ?? 0)
    for await (const record of archive.read({ topic })) lateness.add(record)
    if (flags.json) await printJson(latenessJson(lateness))
    else if (lateness.all.total === 0) say(`no late events of ${topic}`)
    else await print(latenessText(lateness))
  })
}
