// The command line as people meet it: help of all commands, examples that can be run, what is misspelt.
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { EXIT, EXIT_CODES } from '../kit/exit-codes.ts'
import { COMMANDS } from './catalog.ts'
import { rootWith } from './root.ts'

/** Parses without running anything: what was written, and whether it was right. */
async function parsed(words: readonly string[]): Promise<{ out: string; error?: string }> {
  const root = await rootWith(words[0])
  let [out, isRun] = ['', false]
  const disarm = (command: Command): void => {
    command.exitOverride()
    command.configureOutput({
      writeOut: (text) => {
        out += text
      },
      writeErr: (text) => {
        out += text
      },
    })
    if (command.commands.length === 0)
      command.action(() => {
        isRun = true
      })
    command.commands.forEach(disarm)
  }
  disarm(root)
  try {
    await root.parseAsync(words, { from: 'user' })
    return isRun ? { out } : { out, error: 'nothing was run' }
  } catch (error) {
    return { out, error: (error as { code: string }).code }
  }
}

const helpOf = async (...words: string[]) => (await parsed([...words, '--help'])).out

test('help of all has every command once, in a line, by what people want to do', async () => {
  const help = await helpOf()
  for (const { name, group, summary } of COMMANDS) {
    const line = new RegExp(`^  ${name} +${summary.replaceAll(/[.?()]/g, '\\$&')}$`, 'm')
    expect(help.match(line), name).not.toBeNull()
    expect(help.indexOf(group)).toBeLessThan(help.search(line))
  }
  expect(help).toContain('npx windrow')
})

describe.each(COMMANDS.map(({ name }) => name))('windrow %s', (name) => {
  test('has help with a description and examples that can be typed', async () => {
    const help = await helpOf(name)
    const examples = examplesIn(help)
    expect(help).toMatch(/^Usage: windrow/)
    expect(examples.length).toBeGreaterThanOrEqual(2)
    for (const example of examples) {
      const { error, out } = await parsed(wordsOf(example))
      expect(error, `${example}\n${out}`).toBeUndefined()
    }
  })
})

/** Lines that are to be typed, those that go on behind a backslash put together, without what explains them. */
const examplesIn = (help: string): string[] =>
  help
    .slice(help.indexOf('Examples:'))
    .replaceAll(/ \\\n +/g, ' ')
    .split('\n')
    .filter((line) => /^ +(eval "\$\()?windrow /.test(line))
    .map((line) => line.trim().replace(/^eval "\$\((.*?)\)"/, '$1'))
    .map((line) => line.replace(/( {3,}| [|>&] ).*$/, ''))

/** As a shell has them behind `windrow`. */
const wordsOf = (example: string): string[] =>
  [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain).slice(1)

test('the examples of produce are found whole', async () => {
  const examples = examplesIn(await helpOf('produce'))
  expect(examples.at(-1)).toMatch(/--time-format 'M\/D\/YY H:mm' .* --map user_id=CustomerID/)
})

test.each([
  [['strem'], 'commander.unknownCommand', '(Did you mean stream?)'],
  [['stream', '--onse'], 'commander.unknownOption', '(Did you mean --once?)'],
  [['dead-letters', 'lst'], 'commander.unknownCommand', '(Did you mean list?)'],
  [['points', '--format', 'tabel'], 'commander.invalidArgument', 'table, json, csv'],
  [['completion', 'tcsh'], 'commander.invalidArgument', 'bash, zsh, fish'],
  [['audit', 'everything'], 'commander.excessArguments', 'too many arguments'],
])('%j is told with what is right', async (words, code, hint) => {
  const { error, out } = await parsed(words)
  expect(error).toBe(code)
  expect(out).toContain(hint)
})

test('every exit code has its meaning', () => {
  expect(EXIT_CODES.map(([code]) => code)).toEqual(Object.values(EXIT))
})
