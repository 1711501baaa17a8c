// The command line of every program behaves the same: help with examples, exit code 2 for wrong usage.
import { Command } from 'commander'
import { EXIT } from './program.ts'

/** A command line; `name` is what people type before the flags: "npm run stream --". */
export function createCommand(name: string): Command {
  return new Command(name)
    .allowExcessArguments(false)
    .showHelpAfterError('(--help shows all flags)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
}
