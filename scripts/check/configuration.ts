// Whether the configuration is right: variables, `.env`, streaming.yaml, producer.yaml.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readYaml } from '../../kit/config.ts'
import type { Problem } from '../../kit/errors.ts'
import { nearest } from '../../kit/nearest.ts'
import { DEFAULT_CONFIG } from '../../producers/config.ts'
import { yamlSchema } from '../../producers/settings-schema.ts'
import { type StoreSettings, storeSettings } from '../../stores/settings.ts'
import {
  DEFAULT_CONFIG_FILE,
  type StreamingConfig,
  streamingConfig,
} from '../../streaming/config.ts'
import { errors, type Finding, type Section } from './report.ts'

export interface Configuration {
  readonly section: Section
  /** Absent: they are wrong. */
  readonly settings?: StoreSettings
  readonly config?: StreamingConfig
}

const ENV = '.env'
const EXAMPLE = fileURLToPath(new URL('../../.env.example', import.meta.url))

export function checkConfiguration(file: string | undefined): Configuration {
  const env = existsSync(ENV) ? readFileSync(ENV, 'utf8') : undefined
  const [streaming, producer] = [
    file ?? relative('.', DEFAULT_CONFIG_FILE),
    relative('.', DEFAULT_CONFIG),
  ]
  const settings = storeSettings(process.env)
  const config = streamingConfig(streaming)
  const produced = readYaml(producer, yamlSchema)
  const findings = [
    ...errors(settings.problems.map((problem) => placedInEnv(problem, env ?? ''))),
    ...(env === undefined
      ? []
      : misspeltVariables(env, variablesOf(readFileSync(EXAMPLE, 'utf8')))),
    ...errors([...config.problems, ...produced.problems]),
  ]
  const looked = [
    ...(env === undefined ? ['variables'] : [`variables, ${ENV}`]),
    streaming,
    producer,
  ]
  return {
    section: { name: 'configuration', summary: looked.join(', '), findings },
    ...('value' in settings ? { settings: settings.value } : {}),
    ...('value' in config ? { config: config.value } : {}),
  }
}

const VARIABLE = /^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]+)=/

const variablesOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => VARIABLE.exec(line)?.[1] ?? [])

/** `.env:3 MYSQL_PORT` where the variable is set there. */
export function placedInEnv(problem: Problem, env: string): Problem {
  const line = env
    .split('\n')
    .findIndex((one) => VARIABLE.exec(one)?.[1] === problem.where && !/^\s*#/.test(one))
  return line < 0 ? problem : { ...problem, where: `${ENV}:${line + 1} ${problem.where}` }
}

/** Variables of `.env` that look like known ones. Others may be for other programs. */
export function misspeltVariables(env: string, known: readonly string[]): Finding[] {
  return env.split('\n').flatMap((line, index): Finding[] => {
    const name = /^\s*#/.test(line) ? undefined : VARIABLE.exec(line)?.[1]
    if (name === undefined || known.includes(name)) return []
    const right = nearest(name, known)
    if (right === undefined) return []
    const what = `${name} is no variable that windrow reads; did you mean ${right}?`
    return [{ level: 'warning', where: `${ENV}:${index + 1}`, what }]
  })
}
