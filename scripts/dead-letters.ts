// `windrow dead-letters list | show | replay`: what was set aside, and giving it back to the job once the cause is
// mended. Standard output has only the result; what is said about it goes to standard error.

import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { runProgram } from '../kit/program.ts'
import { optionOf } from '../kit/suggestions.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { type Flags, REASONS } from './dead-letters/arguments.ts'
import { list } from './dead-letters/list.ts'
import { replay } from './dead-letters/replay.ts'
import { show } from './dead-letters/show.ts'

const LATE = ['--late', 'late events instead of dead letters'] as const
const reason = () => optionOf('--reason <reason>', `only those: ${REASONS.join(', ')}`, REASONS)
const PLACE = 'partition/offset, as list shows it'

const settings = () => allOrProblems<[StoreSettings]>(storeSettings(process.env))[0]

export const program = createCommand('dead-letters')
  .description(
    'What the job set aside: records that are no events (dead letters) and, with --late, events that came too late.\n' +
      'Once the cause is mended, replay gives them back to the job.',
  )
  .addHelpText(
    'after',
    `
Examples:
  windrow dead-letters list                          the last 50, and how many there are by reason
  windrow dead-letters list --reason range --limit 0
  windrow dead-letters list --json > letters.json
  windrow dead-letters show 0/1234                   everything of one: why, and its bytes
  windrow dead-letters show 0/1234 --raw > event.json
  windrow dead-letters replay --reason future --dry-run
  windrow dead-letters replay --reason future        appends them to the events again

A place is partition/offset in the events topic. Each is replayed once, unless --again says otherwise.`,
  )
program
  .command('list')
  .description('shows what was set aside, and how many there are by reason')
  .addOption(reason())
  .option('--limit <n>', 'those set aside last; 0: all (default: 50)')
  .option(...LATE)
  .option('--json', 'an array of objects instead of a table')
  .action((flags: Flags) => runProgram(() => list(settings(), flags)))
program
  .command('show')
  .description('shows everything that is known of one')
  .argument('<place>', PLACE)
  .option(...LATE)
  .option('--raw', 'only its bytes, as they were')
  .option('--json', 'an object instead of text')
  .action((place: string, flags: Flags) => runProgram(() => show(settings(), place, flags)))
program
  .command('replay')
  .description('appends those that were not replayed yet to the events again, for the job to count')
  .argument('[place]', `only this one: ${PLACE}`)
  .addOption(reason())
  .option('--again', 'those that were replayed before, too')
  .option('--dry-run', 'only says what it would replay')
  .option('--json', 'what was replayed, as an object')
  .option(...LATE)
  .action((place: string | undefined, flags: Flags) =>
    runProgram((signal) => replay(settings(), place, flags, signal)),
  )
