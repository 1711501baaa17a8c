// What settings of the producer may be: a zod schema for `producer.yaml`, one for the flags.

import { durationSchema } from '../kit/duration.ts'
import { z } from '../kit/zod.cjs'
import { FILE_FORMATS } from './files/rows.ts'
import { compileTimeFormat, type TimeReader } from './files/time-format.ts'
import { parseSpeed } from './pace.ts'
import { ORDERS } from './replay.ts'

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

/** `producer.yaml`: every setting may be left out. */
export const yamlSchema = z.strictObject({
  ...shop,
  rate: shop.rate.default(100),
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

/** Flags of the simulated shop. */
export const shopFlags = z
  .object(shop)
  .partial()
  .extend({
    count: whole(1).optional(),
    duration: durationSchema.optional(),
    start: instant.optional(),
  })

/** Flags that go with --file. */
export const fileFlags = z.object({
  format: z.enum(FILE_FORMATS).optional(),
  map: z.array(z.string()).optional(),
  set: z.array(z.string()).optional(),
  time_format: timeFormat.optional(),
  order: z.enum(ORDERS).optional(),
  limit: whole(1).optional(),
  unchecked: z.boolean().optional(),
})

export const flagsSchema = shopFlags.extend({
  ...fileFlags.shape,
  file: z.string().optional(),
  config: z.string().optional(),
  speed: speed.optional(),
  print: z.boolean().optional(),
  json: z.boolean().optional(),
})

export type YamlSettings = z.output<typeof yamlSchema>
export type CheckedFlags = z.output<typeof flagsSchema>
