// Which services the tests of files need: those whose helpers of `testing.ts` they name, or a file
// they import does; `own:<name>` where they start one of their own and need its program only. Unit
// tests, by their file's name, need none.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const helpers: Readonly<Record<string, string>> = {
  kafkaForTests: 'kafka',
  mysqlForTests: 'mariadb',
  influx1ForTests: 'influxdb1',
  influx2ForTests: 'influxdb2',
  toxiproxyForTests: 'toxiproxy',
  chromiumForTests: 'chromium',
  ownKafkaForTests: 'own:kafka',
  ownMysqlForTests: 'own:mariadb',
  ownInflux1ForTests: 'own:influxdb1',
  ownInflux2ForTests: 'own:influxdb2',
}
const anyHelper = new RegExp(`\\b(${Object.keys(helpers).join('|')})\\b`, 'g')
const relativeImport = /\b(?:from|import)\s*\(?\s*'(\.\.?\/[^']+\.ts)'/g
const mayNeed = /\.(services|e2e)\.test\.ts$/
/** They name the helpers, but do not use them. */
const definitions = [
  join(import.meta.dirname, 'testing.ts'),
  join(import.meta.dirname, '..', 'testing', 'own-servers.ts'),
]

/** Names of the services, or `own:` and the name. `files` are absolute paths. */
export function neededServices(files: readonly string[]): ReadonlySet<string> {
  const needed = new Set<string>()
  const seen = new Set(definitions)
  const open = files.filter((file) => mayNeed.test(file))
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || !existsSync(file)) continue
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [name] of text.matchAll(anyHelper)) needed.add(helpers[name])
    for (const [, path] of text.matchAll(relativeImport)) open.push(join(dirname(file), path))
  }
  return needed
}
