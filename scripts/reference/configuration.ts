// docs/reference/configuration.md: every variable and every setting, its type, its default, what it means.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { yamlSchema } from '../../producers/settings-schema.ts'
import { environmentSchema } from '../../stores/environment.ts'
import { streamingSchema } from '../../streaming/config.ts'
import { type Explained, explainedIn } from './explained.ts'
import { code, page, table } from './markdown.ts'
import { typesOf } from './zod-type.ts'

const read = (path: string) =>
  explainedIn(readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8'))

const HEAD = ['name', 'may be', 'default', 'what it means']

const rowsOf = (settings: readonly Explained[], types: ReadonlyMap<string, string>) =>
  table(
    HEAD,
    settings.map(({ name, value, isSet, comment }) => [
      code(name),
      types.get(name) ?? 'text',
      isSet
        ? code(value) || 'those of its parts'
        : value === ''
          ? 'unset'
          : `unset; e.g. ${code(value)}`,
      comment,
    ]),
  )

export function configurationPage(): string {
  const variables = read('.env.example')
  const ofStores = typesOf(environmentSchema)
  const isOfPrograms = ({ name }: Explained) => ofStores.has(name) || name.startsWith('WINDROW_')
  return page(
    'Configuration',
    'Addresses and secrets are variables of the environment, or lines of a file `.env` in the directory where a program is ' +
      'started; behaviour is YAML. `--config` names another file. Whatever is wrong is told at once, with file and line, and ' +
      'the exit code is 2. Durations are written `500ms`, `10s`, `5m`, `1h`, `2d`.',
    '## Variables of the programs',
    rowsOf(variables.filter(isOfPrograms), ofStores),
    '## Variables of the Compose file and of Grafana',
    rowsOf(
      variables.filter((one) => !isOfPrograms(one)),
      new Map(),
    ),
    '## streaming/config/streaming.yaml',
    'How `windrow stream` behaves.',
    rowsOf(read('streaming/config/streaming.yaml'), typesOf(streamingSchema)),
    '## producers/config/producer.yaml',
    'The simulated shop of `windrow produce`. A flag of the same name overrides a setting: `--late-share 0.05`.',
    rowsOf(read('producers/config/producer.yaml'), typesOf(yamlSchema)),
  )
}
