// docs/reference/commands.md: what `--help` of every command says, and the exit codes.
import type { Command } from 'commander'
import { COMMANDS } from '../../cli/catalog.ts'
import { rootWith } from '../../cli/root.ts'
import { EXIT_CODES } from '../../kit/exit-codes.ts'
import { page, table } from './markdown.ts'

export async function commandsPage(): Promise<string> {
  const sections: string[] = []
  for (const { name } of COMMANDS) {
    const root = await rootWith(name)
    const command = root.commands.find((one) => one.name() === name) as Command
    sections.push(...[command, ...command.commands].flatMap(sectionOf))
  }
  return page(
    'Commands',
    'One program with many commands. In a clone of the repository `npx windrow` runs it; `npm link`, once, makes it `windrow` ' +
      'everywhere.',
    table(
      ['command', 'what it does'],
      COMMANDS.map(({ name, summary }) => [`[windrow ${name}](#windrow-${name})`, summary]),
    ),
    '## Exit codes',
    table(
      ['code', 'what it means'],
      EXIT_CODES.map(([number, meaning]) => [String(number), meaning]),
    ),
    ...sections,
  )
}

function sectionOf(command: Command): string[] {
  if (command.name() === 'help' && command.parent?.parent) return []
  const names: string[] = []
  for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name())
  return [`## ${names.join(' ')}`, `\`\`\`text\n${helpOf(command).trimEnd()}\n\`\`\``]
}

/** As it is printed in a terminal of a hundred columns. */
function helpOf(command: Command): string {
  let text = ''
  const before = command.configureOutput()
  command.configureOutput({
    ...before,
    writeOut: (one) => {
      text += one
    },
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  command.configureOutput(before)
  return text
}
