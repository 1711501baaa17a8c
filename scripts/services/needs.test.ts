import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { neededServices } from './needs.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'windrow-needs-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

it('finds the helpers a test file names', () => {
  const test = file(
    'a.services.test.ts',
    'describeWith([kafkaForTests(), influx2ForTests()], () => {})',
  )
  expect([...neededServices([test])].sort()).toEqual(['influxdb2', 'kafka'])
})

it('finds those of the files it imports, once around a circle', () => {
  file('rig.ts', "import { x } from './deep.ts'")
  file('deep.ts', "import './rig.ts'\nexport const mysql = mysqlForTests()")
  const test = file(
    'a.services.test.ts',
    "import { rig } from './rig.ts'\nconst l = import('./no-such.ts')",
  )
  expect([...neededServices([test])]).toEqual(['mariadb'])
})

it('takes the definition of the helpers for no use of them', () => {
  const definition = join(import.meta.dirname, 'testing.ts')
  const test = file('a.e2e.test.ts', `import { x } from '${relative(dir, definition)}'`)
  expect(neededServices([test])).toEqual(new Set())
})

it('needs nothing for a test that names none, nor for a unit test', () => {
  expect(neededServices([file('a.test.ts', 'kafkaForTests()')])).toEqual(new Set())
  expect(neededServices([file('a.services.test.ts', "it('adds', () => {})")])).toEqual(new Set())
})
