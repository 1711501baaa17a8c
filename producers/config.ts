// Settings of the producer: defaults from YAML, overridden by flags; everything wrong is told at once.

import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventSchema } from '../data/events.generated.ts'
import { type Checked, checkFlags, readYaml } from '../kit/config.ts'
import type { Problem } from '../kit/errors.ts'
import { parseMapping } from './files/mapping.ts'
import type { Flags } from './flags.ts'
import type { ReplaySettings } from './replay.ts'
import {
  type CheckedFlags,
  fileFlags,
  flagsSchema,
  shopFlags,
  type YamlSettings,
  yamlSchema,
} from './settings-schema.ts'
import type { ShopRun } from './shop.ts'
import { beginningOf } from './simulation/arrivals.ts'

/** What the program is to do. */
export interface ProducerSettings {
  /** Partitions of the topic when it has to be made. */
  readonly partitions: number
  /** Print to standard output instead of sending. */
  readonly print: boolean
  /** What was sent, at the end, as an object. */
  readonly json: boolean
  readonly work:
    | { readonly kind: 'shop'; readonly run: ShopRun }
    | { readonly kind: 'replay'; readonly replay: Omit<ReplaySettings, 'dataDir'> }
}

/** What a start differs in: the moment, and a seed for those who ask for none. */
export interface Beginning {
  readonly nowMs: number
  readonly randomSeed: number
}

export const DEFAULT_CONFIG = fileURLToPath(new URL('config/producer.yaml', import.meta.url))

/** Reads YAML and flags. */
export function producerSettings(flags: Flags, beginning: Beginning): Checked<ProducerSettings> {
  const file = typeof flags.config === 'string' ? flags.config : relative('.', DEFAULT_CONFIG)
  const yaml = readYaml(file, yamlSchema)
  const named = Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [snake(name), value] as const),
  )
  const checked = checkFlags(named, flagsSchema)
  const problems = [...yaml.problems, ...checked.problems, ...misplaced(named)]
  const mapping = parseMapping(eventSchema, list(named.map), list(named.set))
  problems.push(...mapping.problems)
  if (!('value' in yaml) || !('value' in checked)) return { problems }
  const given = checked.value
  const base = {
    partitions: given.partitions ?? yaml.value.partitions,
    print: given.print ?? false,
    json: given.json ?? false,
  }
  if (base.print && base.json)
    problems.push({ where: '--json', what: 'means nothing with --print: events are JSON already' })
  if (given.file !== undefined) {
    const replay = replayOf(given, given.file, mapping.mapping)
    return problems.length > 0 ? { problems } : { value: { ...base, work: replay }, problems: [] }
  }
  const run = shopRunOf(yaml.value, given, beginning, problems)
  return problems.length > 0
    ? { problems }
    : { value: { ...base, work: { kind: 'shop', run } }, problems: [] }
}

/** The settings of YAML, those that flags give replaced. */
function overridden<T extends object>(settings: T, flags: CheckedFlags): T {
  const given = Object.entries(flags).filter(
    ([name, value]) => name in settings && value !== undefined,
  )
  return { ...settings, ...Object.fromEntries(given) }
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const list = (value: unknown): string[] => (Array.isArray(value) ? value : [])

/** Flags that say nothing in this mode. */
function misplaced(flags: Readonly<Record<string, unknown>>): Problem[] {
  const isFile = flags.file !== undefined
  const other = Object.keys((isFile ? shopFlags : fileFlags).shape)
  return Object.keys(flags).flatMap((name) => {
    if (!other.includes(name) || name === 'partitions') return []
    const advice = name === 'count' ? '; --limit takes the first rows of a file' : ''
    const what = isFile
      ? `is for the simulated shop and means nothing with --file${advice}`
      : 'needs --file, the file to replay'
    return [{ where: `--${name.replaceAll('_', '-')}`, what }]
  })
}

function replayOf(
  flags: CheckedFlags,
  file: string,
  mapping: ReplaySettings['mapping'],
): { readonly kind: 'replay'; readonly replay: Omit<ReplaySettings, 'dataDir'> } {
  return {
    kind: 'replay',
    replay: {
      file,
      schema: eventSchema,
      mapping,
      isChecked: flags.unchecked !== true,
      order: flags.order ?? 'auto',
      speed: flags.speed ?? Infinity,
      ...(flags.format === undefined ? {} : { format: flags.format }),
      ...(flags.time_format === undefined ? {} : { timeReader: flags.time_format }),
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    },
  }
}

function shopRunOf(
  yaml: YamlSettings,
  given: CheckedFlags,
  { nowMs, randomSeed }: Beginning,
  problems: Problem[],
): ShopRun {
  const all = overridden(yaml, given)
  const faults = all.late_share + all.duplicate_share + all.malformed_share
  if (faults > 1) {
    const what = `late_share, duplicate_share and malformed_share: expected at most 1 together, got ${faults}`
    problems.push({ where: '--late-share', what })
  }
  // A rate asked for on the command line is kept at every hour.
  const arrivals = given.arrivals ?? (given.rate === undefined ? all.arrivals : 'steady')
  const factor = given.speed ?? 1
  const lengthMs =
    given.duration ?? (given.count === undefined ? undefined : (given.count * 1000) / all.rate)
  let durationMs = given.duration
  let startMs = given.start ?? nowMs
  if (factor > 1 && given.start === undefined) {
    // A clock that runs faster ends now: nothing happens in the future.
    if (given.duration !== undefined) startMs = Math.floor(nowMs - given.duration)
    else if (lengthMs !== undefined) startMs = Math.floor(beginningOf(arrivals, nowMs, lengthMs))
    else
      problems.push({
        where: '--speed',
        what: 'faster than real time needs to know what to make: expected --start, --duration or --count too',
      })
  } else if (factor > 1 && lengthMs === undefined) {
    durationMs = nowMs - startMs
    if (durationMs <= 0) {
      const what = 'lies in the future: expected --duration or --count too, or an earlier time'
      problems.push({ where: '--start', what })
    }
  }
  return {
    seed: all.seed === 'random' ? randomSeed : all.seed,
    rate: all.rate,
    arrivals,
    startMs,
    users: all.users,
    products: all.products,
    disorderMs: all.disorder,
    lateShare: all.late_share,
    duplicateShare: all.duplicate_share,
    malformedShare: all.malformed_share,
    unknownUserShare: all.unknown_user_share,
    speed: factor,
    ...(given.count === undefined ? {} : { count: given.count }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
}
