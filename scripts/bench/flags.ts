// What the benchmarks' command lines have in common.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '../../kit/zod.cjs'

const SERVICES_ENV = join('.windrow', 'services', 'env')

export const whole = z.coerce.number('expected a number').int('expected a whole number').min(1)

export const eventCount = whole.min(10_000, 'expected at least 10,000')

/** Names with commas between them, all of these. */
export const someOf = (names: readonly string[]) =>
  z
    .string()
    .transform((text) => text.split(','))
    .refine((given) => given.every((name) => names.includes(name)), {
      error: `expected some of ${names.join(',')}`,
    })

/** The services that run are used unless the environment says otherwise; a variable set to nothing means: without. */
export function useServices(): void {
  if (existsSync(SERVICES_ENV)) process.loadEnvFile(SERVICES_ENV)
}
