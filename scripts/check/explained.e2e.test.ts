// A metric that is wrong, as people meet it who run something else: a clear error, and no stack.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandName } from '../../cli/catalog.ts'
import { EXIT } from '../../kit/exit-codes.ts'
import { RunningProgram } from '../testing/programs.ts'
import { copyOfProject } from '../testing/project-copy.ts'

const copy = copyOfProject()
afterAll(() => rmSync(copy, { recursive: true }))

const FILE = 'data/ecommerce/top-products.ts'
const right = readFileSync(join(copy, FILE), 'utf8')
const write = (text: string) => writeFileSync(join(copy, FILE), text)
const run = (words: string) => {
  const [name, ...args] = words.split(' ')
  const stores = { WINDROW_DATA: join(copy, 'stores-of-test') }
  return new RunningProgram(name as CommandName, args, stores, copy).ended
}

describe('with a misspelt field', () => {
  beforeAll(() => write(right.replace("field('quantity')", "field('quantty')")))

  test.each([
    'start --port 0',
    'stream --once',
    'dashboard --port 0',
    'points',
    'why',
    'audit',
    'verify all',
    'new metric another',
    'plan',
    'generate',
    'sim --seeds 1',
    'help points',
  ])('windrow %s tells metric, field, the nearest right name and the line', async (words) => {
    const { code, err } = await run(words)
    expect(err).toContain(
      `${FILE}:${right.split('\n').findIndex((line) => /'quantity'/.test(line)) + 1}: `,
    )
    expect(err).toMatch(/top_products: .*"quantty".*did you mean "quantity"\?/)
    expect(err).not.toMatch(/^ +at /m)
    expect(code).toBe(EXIT.usage)
  })
})

test.each([
  ['no TypeScript', (text: string) => text.replace('by: [', 'by: ')],
  ['an import of nothing', (text: string) => `import { no } from './nothing.ts'\nvoid no\n${text}`],
  ['a name that nobody defined', (text: string) => text.replace('by: [', 'by: [unheard, ')],
])('%s is told with the file', async (_, wrong) => {
  write(wrong(right))
  const { code, err } = await run('points')
  expect(err).toContain(FILE)
  expect(err).not.toMatch(/^ +at /m)
  expect(code).toBe(EXIT.usage)
})
