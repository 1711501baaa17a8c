// Settings of the producer: defaults from YAML, overridden by flags; everything wrong is told at once.

import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { eventSchema } from '../data/events.generated.ts'
import { type Checked, checkFlags, readYaml } from '../kit/config.ts'
import { durationSchema } from '../kit/duration.ts'
import type { Problem } from '../kit/errors.ts'
import { parseMapping } from './files/mapping.ts'
import { FILE_FORMATS } from './files/rows.ts'
import { compileTimeFormat, type TimeReader } from './files/time-format.ts'
import type { Flags } from './flags.ts'
import { parseSpeed } from './pace.ts'
import { ORDERS, type ReplaySettings } from './replay.ts'
import type { ShopRun } from './shop.ts'

/** Text of a flag as a number; what is none stays text, for the schema to tell. */
const asNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value
const number = (schema: z.ZodNumber) => z.preprocess(asNumber, schema)
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  number(z.number().int().min(least).max(most))
const share = number(z.number().min(0).max(1))
const seed = z.union(
  [z.literal('random'), whole(0)],
  'expected random or a whole number, 0 or more',
)

/** The settings that both YAML and flags have. */
const shop = {
  rate: number(z.number().gt(0).max(1_000_000)),
  arrivals: z.enum(['daily', 'steady']),
  users: whole(1, 100_000_000),
  products: whole(12, 100_000),
  seed,
  partitions: whole(1, 10_000),
  disorder: durationSchema,
  late_share: share,
  duplicate_share: share,
  malformed_share: share,
  unknown_user_share: share,
}

const yamlSchema = z.strictObject({
  ...shop,
  rate: shop.rate.default(200),
  arrivals: shop.arrivals.default('daily'),
  users: shop.users.default(10_000),
  products: shop.products.default(500),
  seed: shop.seed.default('random'),
  partitions: shop.partitions.default(4),
  disorder: shop.disorder.default(2000),
  late_share: share.default(0),
  duplicate_share: share.default(0),
  malformed_share: share.default(0),
  unknown_user_share: share.default(0),
})

const speed = z.string().transform((text, context) => {
  const factor = parseSpeed(text)
  if (factor !== undefined) return factor
  context.addIssue({ code: 'custom', message: 'expected realtime, max or a factor like 10x' })
  return z.NEVER
})

const instant = z.string().transform((text, context) => {
  const read = compileTimeFormat('iso') as TimeReader
  const timeMs = read(text)
  if (!Number.isNaN(timeMs)) return timeMs
  context.addIssue({ code: 'custom', message: 'expected a time like 2026-01-31T12:00:00Z' })
  return z.NEVER
})

const timeFormat = z.string().transform((text, context) => {
  const reader = compileTimeFormat(text)
  if (typeof reader === 'function') return reader
  context.addIssue({ code: 'custom', message: reader.problem })
  return z.NEVER
})

const shopFlags = z
  .object(shop)
  .partial()
  .extend({
    count: whole(1).optional(),
    duration: durationSchema.optional(),
    start: instant.optional(),
  })

const fileFlags = z.object({
  format: z.enum(FILE_FORMATS).optional(),
  map: z.array(z.string()).optional(),
  set: z.array(z.string()).optional(),
  time_format: timeFormat.optional(),
  order: z.enum(ORDERS).optional(),
  limit: whole(1).optional(),
  unchecked: z.boolean().optional(),
})

const flagsSchema = shopFlags.extend({
  ...fileFlags.shape,
  file: z.string().optional(),
  config: z.string().optional(),
  speed: speed.optional(),
  print: z.boolean().optional(),
})

type CheckedFlags = z.output<typeof flagsSchema>

/** What the program is to do. */
export interface ProducerSettings {
  /** Partitions of the topic when it has to be made. */
  readonly partitions: number
  /** Print to standard output instead of sending. */
  readonly print: boolean
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
  }
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
  yaml: z.output<typeof yamlSchema>,
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
  const factor = given.speed ?? 1
  const lengthMs =
    given.duration ?? (given.count === undefined ? undefined : (given.count * 1000) / all.rate)
  let durationMs = given.duration
  let startMs = given.start ?? nowMs
  if (factor > 1 && given.start === undefined) {
    // A clock that runs faster ends now: nothing happens in the future.
    if (lengthMs !== undefined) startMs = Math.floor(nowMs - lengthMs)
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
    // A rate asked for on the command line is kept at every hour.
    arrivals: given.arrivals ?? (given.rate === undefined ? all.arrivals : 'steady'),
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
