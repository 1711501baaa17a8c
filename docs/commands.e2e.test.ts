// Commands in the chapters: each `windrow …` line is one the program understands, and blocks marked `sh run` are run, a
// chapter's in one empty directory.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { rootWith } from '../cli/root.ts'
import { type Block, blocksOf, chapters, isPrinted, placeOf, ROOT } from './testing/blocks.ts'

const shell = chapters()
  .flatMap(blocksOf)
  .filter(({ words }) => words[0] === 'sh')

/** Every command in a block: its line in the chapter and its words. */
const commandsOf = (block: Block): { place: string; words: string[] }[] =>
  block.text
    .replace(/\\\n/g, '  ')
    .split('\n')
    .flatMap((line, index) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .split(/\||&&?|;|\$\(|\)/)
        .map((one) => one.replace(/\s\d?>.*$/, '').trim())
        .filter((one) => /^(npx windrow|windrow|npm run)\b/.test(one))
        .map((one) => ({
          place: `${block.chapter}:${block.line + index}`,
          words: wordsOf(one.replace(/^npx /, '')),
        })),
    )

const wordsOf = (command: string): string[] =>
  (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^['"]|['"]$/g, ''))

const scripts: Record<string, string> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).scripts

/** The words for our program; of `npm run x -- …` those of the script, if it runs our program. */
function ofWindrow(words: readonly string[]): string[] | undefined {
  if (words[0] === 'windrow') return words.slice(1)
  const [, , name, ...flags] = words
  expect(scripts[name], `npm run ${name}`).toBeDefined()
  const ours = /^node cli\/windrow\.js ([^&]*)$/.exec(scripts[name])
  return ours?.[1].split(' ').concat(flags.filter((flag) => flag !== '--'))
}

/** Parses without doing anything; throws what the program would say. */
async function parse(words: readonly string[]): Promise<void> {
  const root = await rootWith(words[0])
  const disarm = (command: Command): void => {
    command.exitOverride((error) => {
      if (error.exitCode !== 0) throw error
    })
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} })
    command.action(() => {})
    for (const one of command.commands) disarm(one)
  }
  disarm(root)
  const known = root.commands.some((command) => command.name() === words[0])
  if (!known) throw new Error(`there is no command "${words[0]}"`)
  await root.parseAsync(words, { from: 'user' })
}

describe('is what the program understands:', () => {
  const all = shell.flatMap(commandsOf)
  test.each(all.map(({ place, words }) => [place, words.join(' '), words] as const))(
    '%s %s',
    async (_place, _text, words) => {
      const ours = ofWindrow(words)
      if (ours !== undefined) await parse(ours)
    },
  )
})

describe('runs:', () => {
  const run = shell.filter(({ words }) => words[1] === 'run')
  test.each([...new Set(run.map(({ chapter }) => chapter))])('%s', async (chapter) => {
    const directory = mkdtempSync(join(tmpdir(), 'windrow-docs-'))
    try {
      for (const block of run.filter((one) => one.chapter === chapter)) {
        const stdout = await runIn(directory, block)
        if (block.output === undefined || isPrinted(block.output, stdout)) continue
        expect(stdout, `printed by ${placeOf(block)}`).toBe(block.output)
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})

async function runIn(directory: string, { text }: Block): Promise<string> {
  // As `npm link` has it: a command on the PATH.
  const bin = join(directory, 'bin')
  mkdirSync(bin, { recursive: true })
  if (!existsSync(join(bin, 'windrow')))
    symlinkSync(join(ROOT, 'cli/windrow.js'), join(bin, 'windrow'))
  const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter)
  const environment = { ...process.env, KAFKA_BROKERS: '', MYSQL_HOST: '', INFLUX_URL: '' }
  const { stdout } = await promisify(execFile)('bash', ['-euc', text], {
    cwd: directory,
    env: { ...environment, PATH: path, WINDROW_DATA: join(directory, '.windrow'), CHECKPOINTS: '' },
  })
  return stdout
}
