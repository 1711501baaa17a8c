// `windrow help`: of all commands, of one, or what the exit codes mean.

import type { Command } from 'commander'
import { createCommand } from '../kit/command.ts'
import { ConfigError } from '../kit/errors.ts'
import { EXIT_CODES } from '../kit/exit-codes.ts'
import { didYouMean } from '../kit/nearest.ts'
import { runProgram } from '../kit/program.ts'
import { argumentOf } from '../kit/suggestions.ts'
import { COMMANDS } from './catalog.ts'

const TOPICS: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    EXIT_CODES.map(([code, what]) => `${String(code).padStart(3)}  ${what}\n`).join(''),
}

const KNOWN = [...COMMANDS.map(({ name }) => name), ...Object.keys(TOPICS)]

type RootWith = (name: string | undefined) => Promise<Command>

export const helpCommand = (rootWith: RootWith): Command =>
  createCommand('help')
    .description('Help of a command, or on a topic.')
    .addArgument(
      argumentOf(
        '[about]',
        `a command, or ${Object.keys(TOPICS).join(', ')}; without it, all commands`,
        KNOWN,
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  windrow help stream
  windrow help exit-codes`,
    )
    .action((about: string | undefined) => runProgram(() => help(about, rootWith)))

async function help(about: string | undefined, rootWith: RootWith): Promise<void> {
  const topic = about === undefined ? undefined : TOPICS[about]
  if (topic !== undefined) {
    process.stdout.write(topic())
    return
  }
  const root = await rootWith(about)
  const command = root.commands.find((one) => one.name() === about)
  if (about !== undefined && command === undefined) {
    const what = `there is no help on "${about}"${didYouMean(about, KNOWN)}`
    throw new ConfigError([{ where: 'help', what }])
  }
  ;(command ?? root).outputHelp()
}
