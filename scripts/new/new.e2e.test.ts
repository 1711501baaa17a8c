// `windrow new metric` in a copy of the project: what it writes compiles, is formatted, passes its test and is shown.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { copyOfProject } from '../testing/project-copy.ts'

const copy = copyOfProject()
afterAll(() => rmSync(copy, { recursive: true }))

const run = (...words: string[]) =>
  spawnSync(process.execPath, words, { cwd: copy, encoding: 'utf8' })
const windrow = (...words: string[]) => run('cli/windrow.js', ...words)
const NEW = [
  ...[
    'new',
    'metric',
    'sales_by_shelf',
    '--where',
    'event_type=purchase',
    '--by',
    'category,country',
  ],
  ...['--sum', 'revenue=quantity*unit_price', '--distinct', 'buyers=user_id', '--lateness', '1m'],
]

test('a metric is there after one command', () => {
  const made = windrow(...NEW)
  expect(made.stderr).toBe('')
  expect(made.status).toBe(0)
  expect(made.stdout).toContain('grafana/dashboards/ecommerce.json: generated again')
  const read = (file: string) => readFileSync(join(copy, file), 'utf8')
  expect(read('grafana/dashboards/ecommerce.json')).toContain('sales_by_shelf')
  expect(read('docs/reference/metrics.md')).toContain('sales_by_shelf')

  const files = ['data/ecommerce/sales-by-shelf.ts', 'data/ecommerce/sales-by-shelf.test.ts']
  execFileSync('npx', ['vitest', 'run', '--project', 'unit', files[1]], { cwd: copy })
  execFileSync('npx', ['tsc', '-p', '.'], { cwd: copy })
  const biome = ['biome', 'check', '--vcs-enabled=false', ...files, 'data/ecommerce/pipeline.ts']
  execFileSync('npx', biome, { cwd: copy })
  expect(windrow('check', '--offline')).toMatchObject({ status: 0 })
})

test('a name that is taken is told, and nothing is written', () => {
  const before = readFileSync(join(copy, 'data/ecommerce/pipeline.ts'), 'utf8')
  const again = windrow(...NEW)
  expect(again.status).toBe(2)
  expect(again.stderr).toContain('there is a metric sales_by_shelf already')
  expect(readFileSync(join(copy, 'data/ecommerce/pipeline.ts'), 'utf8')).toBe(before)
})
