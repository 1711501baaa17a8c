// The command line of every program behaves the same: help with examples, exit code 2 for wrong usage.
import { Command } from 'commander'
import { EXIT } from './exit-codes.ts'
import { asTyped } from './invocation.ts'
import { bold } from './terminal.ts'

/** A command of `windrow`, or what is run by itself; `name` is what people type before the flags. */
export function createCommand(name: string): Command {
  return new Command(name)
    .allowExcessArguments(false)
    .configureOutput({ writeOut: (text) => void process.stdout.write(asTyped(text)) })
    .configureHelp({ styleTitle: bold, styleUsage: bold })
    .showHelpAfterError('(--help shows all flags)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
}
