// All services, and their choice by name.
import { ConfigError } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/nearest.ts'
import { chromium } from './chromium.ts'
import { influxdb1 } from './influxdb1.ts'
import { influxdb2 } from './influxdb2.ts'
import { kafka } from './kafka.ts'
import { mariadb } from './mariadb.ts'
import type { Service } from './service.ts'
import { toxiproxy } from './toxiproxy.ts'

/**
 * In the order in which their variables are written: of two that set the same ones the last one
 * counts.
 */
export const services: readonly Service[] = [
  kafka,
  mariadb,
  influxdb1,
  influxdb2,
  toxiproxy,
  chromium,
]

/** Those that run as a process. */
export const servers = services.filter((service) => service.server !== undefined)

/** Those a user wants who names none. */
export const usualServers = servers.filter((service) => service.isForTestsOnly !== true)

/** Other words for the same, as the compose file and the programs' variables use them. */
const synonyms: Readonly<Record<string, string>> = { mysql: 'mariadb', influxdb: 'influxdb2' }

/**
 * The services named, in their own order; `whenNone` when none is. Throws for a name there is not.
 */
export function chooseServices(
  names: readonly string[],
  whenNone: readonly Service[],
): readonly Service[] {
  if (names.length === 0) return whenNone
  const known = services.map((service) => service.name)
  const wanted = names.map((name) => synonyms[name] ?? name)
  const problems = wanted
    .filter((name) => !known.includes(name))
    .map((name) => ({ where: name, what: `no service has this name${didYouMean(name, known)}` }))
  if (problems.length > 0) throw new ConfigError(problems)
  return services.filter((service) => wanted.includes(service.name))
}
