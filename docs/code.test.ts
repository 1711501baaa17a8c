// TypeScript in the chapters is checked by the compiler and run. What stands behind the fence says how:
// `ts`: as a file of docs/; `ts data/x.ts`: as that file, which later blocks of the chapter may import;
// `ts from data/x.ts`, in any language: not at all, but that file has it. A block `text output` behind it is what it prints.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  type Block,
  blocksOf,
  chapters,
  isPrinted,
  placeOf,
  ROOT,
  textOf,
} from './testing/blocks.ts'

const directory = mkdtempSync(join(tmpdir(), 'windrow-docs-'))
const blocks = chapters().flatMap(blocksOf)
const quoted = blocks.filter(({ words }) => words[1] === 'from')
const run = blocks.filter(({ words }) => words[0] === 'ts' && words[1] !== 'from')

/** The file it stands for, from the project's directory. */
const nameOf = ({ words, chapter }: Block): string => words[1] ?? join(dirname(chapter), 'block.ts')
const fileOf = ({ chapter, line }: Block): string =>
  join(directory, `${basename(chapter)}.${line}.ts`)

/** As it is in the chapter, on the chapter's own lines, with imports that find our files from anywhere. */
function moduleOf(block: Block): string {
  const before = run.filter(({ chapter, line }) => chapter === block.chapter && line < block.line)
  const text = block.text.replace(/(from|import\() ?'(\.[^']+)'/g, (_, word, path) => {
    const name = join(dirname(nameOf(block)), path)
    const earlier = before.findLast((one) => nameOf(one) === name)
    return `${word} '${earlier === undefined ? join(ROOT, name) : fileOf(earlier)}'`
  })
  return `${'\n'.repeat(block.line - 1)}${text}\nexport {}\n`
}

beforeAll(() => {
  mkdirSync(directory, { recursive: true })
  for (const block of run) writeFileSync(fileOf(block), moduleOf(block))
  const compilerOptions = { typeRoots: [join(ROOT, 'node_modules/@types')], noUnusedLocals: false }
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions,
    include: ['*.ts'],
    exclude: [],
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('is what the compiler accepts', async () => {
  const compiler = join(ROOT, 'node_modules/.bin/tsc')
  const told = await promisify(execFile)(compiler, ['--pretty', 'false'], {
    cwd: directory,
  }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
  expect(told).toBe('')
})

describe('runs:', () => {
  test.each(run.map((block) => [placeOf(block), block] as const))('%s', async (place, block) => {
    const lines: string[] = []
    const log = vi.spyOn(console, 'log').mockImplementation((...what) => {
      lines.push(what.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' '))
    })
    try {
      await import(fileOf(block))
    } finally {
      log.mockRestore()
    }
    const printed = lines.join('\n')
    if (isPrinted(block.output ?? '', printed)) return
    expect.soft(printed, `printed by ${place}`).toBe(block.output ?? '')
  })
})

describe('stands in the file it is from:', () => {
  test.each(quoted.map((block) => [placeOf(block), block] as const))('%s', (_, block) => {
    expect(textOf(block.words[2])).toContain(block.text.trim())
  })
})
