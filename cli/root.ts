// The command line as a whole: every command by name, and one of them with its flags.
import type { Command } from 'commander'
import { createCommand } from '../kit/command.ts'
import { COMMANDS, type CommandName } from './catalog.ts'
import { load } from './load.ts'
import { VERSION } from './version.ts'

const EXAMPLES = `
Examples:
  windrow start                                      the whole of it: open http://127.0.0.1:4000
  windrow produce --count 200000 --speed max         a bit of history …
  windrow stream --once                              … counted
  windrow points revenue_by_category --by category   … and looked at
  windrow why revenue_by_category                    when a number looks odd

In a clone of the repository \`npx windrow\` runs it, and \`npm link\`, once, makes it \`windrow\` everywhere. With nothing
configured data is in SQLite files in .windrow; KAFKA_BROKERS, MYSQL_HOST and INFLUX_URL choose real stores (.env.example).`

/** The program, with the command of that name as it is, and of all others no more than the name. */
export async function rootWith(name: string | undefined): Promise<Command> {
  const root = createCommand('windrow')
    .description('Exact event-time windows over an event stream.')
    .usage('<command> [options]')
    .version(VERSION, '-v, --version', 'the version, and nothing else')
    .helpOption('-h, --help', 'this help, or that of a command')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
  for (const entry of COMMANDS) {
    const command = entry.name === name ? await commandOf(name) : createCommand(entry.name)
    root.addCommand(command.summary(entry.summary).helpGroup(entry.group))
  }
  return root
}

async function commandOf(name: CommandName): Promise<Command> {
  if (name === 'help') return (await import('./help.ts')).helpCommand(rootWith)
  if (name === 'completion') return (await import('./completion.ts')).completionCommand()
  return (await load[name]()).program
}
