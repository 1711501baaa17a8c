// `windrow help`: of all commands, of one, or what the exit codes mean.
import type { Command } from 'commander'
import { createCommand } from '../kit/command.ts'
import { ConfigError } from '../kit/errors.ts'
import { EXIT_CODES } from '../kit/exit-codes.ts'
import { didYouMean } from '../kit/nearest.ts'
import { runProgram } from '../kit/program.ts'
import { COMMANDS } from './catalog.ts'

const TOPICS: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    EXIT_CODES.map(([code, what]) => `${String(code).padStart(3)}  ${what}\n`).join(''),
}

type RootWith = (name: string | undefined) => Promise<Command>

export const helpCommand = (rootWith: RootWith): Command =>
  createCommand('help')
    .description('Help of a command, or on a topic.')
    .argument(
      '[about]',
      `a command, or ${Object.keys(TOPICS).join(', ')}; without it, all commands`,
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
  const names = COMMANDS.map(({ name }) => name)
  const root = await rootWith(about)
  const command = root.commands.find((one) => one.name() === about)
  if (about !== undefined && command === undefined) {
    const known = [...names, ...Object.keys(TOPICS)]
    const what = `there is no help on "${about}"${didYouMean(about, known)}`
    throw new ConfigError([{ where: 'help', what }])
  }
  ;(command ?? root).outputHelp()
}
