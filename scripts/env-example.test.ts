// .env.example names every variable that windrow reads, and no other.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composeVariables } from '../docker/compose-file.ts'
import { storeVariables } from '../stores/environment.ts'
import { dotenvOf } from './structure/dotenv.ts'
import { readSources } from './structure/sources.ts'

const root = join(import.meta.dirname, '..')
const example = dotenvOf(readFileSync(join(root, '.env.example'), 'utf8'))

/** Variables the programs read beside the stores'; scripts and tests have their own. */
const programVariables = readSources()
  .filter(({ path, isTest }) => !isTest && !path.startsWith('scripts/'))
  .flatMap(({ lines }) => [...lines.join('\n').matchAll(/process\.env\.(WINDROW_\w+)/g)])
  .map(([, name]) => name)

const grafanaVariables = ['datasources', 'dashboards', 'alerting'].flatMap((kind) => {
  const dir = join(root, 'grafana/provisioning', kind)
  // `$A` of an alert rule is a query of it.
  const files = readdirSync(dir).filter((name) => name !== 'rules.yaml')
  const texts = files.map((name) => readFileSync(join(dir, name), 'utf8'))
  return [
    ...texts
      .join('\n')
      .replace(/#.*$/gm, '')
      .matchAll(/\$\{?([A-Z]\w+)/g),
  ].map(([, name]) => name)
})

test('names every variable that is read, and no other', () => {
  const read = new Set([
    ...storeVariables,
    ...programVariables,
    ...composeVariables.keys(),
    ...grafanaVariables,
  ])
  expect(programVariables).toContain('WINDROW_LOG_LEVEL')
  expect(grafanaVariables).toContain('INFLUX_TOKEN')
  expect(example.map(({ name }) => name).sort()).toEqual([...read].sort())
})

test('explains each', () => {
  const bare = example.filter(({ isExplained }) => !isExplained)
  expect(
    bare.map(({ name, line }) => `.env.example:${line} ${name} has no comment above it`),
  ).toEqual([])
})

test('copied as it is, chooses the embedded stores', () => {
  const choosing = ['KAFKA_BROKERS', 'MYSQL_HOST', 'INFLUX_URL']
  expect(example.filter(({ name, isSet }) => isSet && choosing.includes(name))).toEqual([])
})
