// Reads what `docker compose` prints: which containers run, and which addresses and secrets the
// compose file gives.
import { z } from '../../kit/zod.cjs'
import { HOST, type Variables } from './service.ts'

const container = z.object({
  Service: z.string(),
  State: z.string(),
  Health: z.string().default(''),
  Image: z.string().default(''),
  Publishers: z.array(z.object({ PublishedPort: z.number() })).nullish(),
})
export type Container = z.output<typeof container>

/** `docker compose ps --format json`: one object per line, or in older versions one array. */
export function parseContainers(output: string): readonly Container[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{') || line.startsWith('['))
  return z.array(container).parse(lines.flatMap((line) => JSON.parse(line)))
}

/** The addresses of a container's ports on this host. */
export function addressesOf({ Publishers }: Container): readonly string[] {
  const ports = (Publishers ?? []).map((port) => port.PublishedPort).filter((port) => port > 0)
  return [...new Set(ports)].map((port) => `${HOST}:${port}`)
}

const composition = z.object({
  services: z.record(
    z.string(),
    z.object({
      environment: z.record(z.string(), z.coerce.string()).nullish(),
      ports: z.array(z.object({ published: z.coerce.string().nullish() })).nullish(),
    }),
  ),
})

export interface ComposeVariables {
  /** For the programs. */
  readonly variables: Variables
  /** For tests, by our names of the services. */
  readonly testVariables: Readonly<Record<string, Variables>>
}

/**
 * The variables of those of the compose services `names` that publish a port; from `docker compose
 * config`.
 */
export function composeVariablesOf(config: unknown, names: readonly string[]): ComposeVariables {
  const { services } = composition.parse(config)
  const variables: Variables[] = []
  const testVariables: Record<string, Variables> = {}
  for (const name of names) {
    const port = services[name]?.ports?.[0]?.published
    const read = readers[name]
    if (read === undefined || port === undefined || port === null) continue
    const of = read(port, services[name].environment ?? {})
    variables.push(of.variables)
    testVariables[of.service] = of.testVariables
  }
  return { variables: Object.assign({}, ...variables), testVariables }
}

interface OfService {
  readonly service: string
  readonly variables: Variables
  readonly testVariables: Variables
}

const readers: Readonly<Record<string, (port: string, environment: Variables) => OfService>> = {
  kafka: (port) => ({
    service: 'kafka',
    variables: { KAFKA_BROKERS: `${HOST}:${port}` },
    testVariables: { TEST_KAFKA_BROKERS: `${HOST}:${port}` },
  }),

  mysql(port, environment) {
    const rootPassword = environment.MYSQL_ROOT_PASSWORD ?? ''
    const at = { HOST, PORT: port, DATABASE: environment.MYSQL_DATABASE ?? 'ecommerce' }
    const root = { USER: 'root', PASSWORD: rootPassword }
    const own = { USER: environment.MYSQL_USER ?? '', PASSWORD: environment.MYSQL_PASSWORD ?? '' }
    return {
      service: 'mariadb',
      variables: prefixed('MYSQL_', { ...at, ...(own.USER === '' ? root : own) }),
      // Tests create databases, which the programs' own user may not.
      testVariables: prefixed('TEST_MYSQL_', { ...at, ...(rootPassword === '' ? own : root) }),
    }
  },

  influxdb(port, environment) {
    const access = {
      URL: `http://${HOST}:${port}`,
      TOKEN: environment.DOCKER_INFLUXDB_INIT_ADMIN_TOKEN ?? '',
      ORG: environment.DOCKER_INFLUXDB_INIT_ORG ?? 'windrow',
    }
    const BUCKET = environment.DOCKER_INFLUXDB_INIT_BUCKET ?? 'ecommerce'
    return {
      service: 'influxdb2',
      variables: prefixed('INFLUX_', { ...access, BUCKET }),
      testVariables: prefixed('TEST_INFLUX2_', access),
    }
  },
}

const prefixed = (prefix: string, values: Variables): Variables =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))
