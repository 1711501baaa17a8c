// For test files: the addresses of the real servers that `npm test` brought up, and `describeWith`,
// which runs a suite only with them. `npm test` looks for the names of these functions in test
// files to know which servers they need.
import { describe, it } from 'vitest'

export type ForTests<Address> =
  | ({ readonly available: true } & Address)
  /** `why` names the service and says how to get it. */
  | { readonly available: false; readonly why: string }

export type Available<Service> = Extract<Service, { readonly available: true }>

export interface KafkaAddress {
  readonly brokers: readonly string[]
}

/** Kafka 4. Topics are each test's own: give them names of their own. */
export function kafkaForTests(environment = process.env): ForTests<KafkaAddress> {
  const brokers = environment.TEST_KAFKA_BROKERS
  if (!brokers) return missing('Kafka', 'KAFKA', environment)
  return { available: true, brokers: brokers.split(',') }
}

export interface MysqlAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Exists; the user may create others, and should, so that tests do not meet. */
  readonly database: string
}

/** MariaDB or MySQL. */
export function mysqlForTests(environment = process.env): ForTests<MysqlAddress> {
  const host = environment.TEST_MYSQL_HOST
  if (!host) return missing('MySQL', 'MYSQL', environment)
  return {
    available: true,
    host,
    port: Number(environment.TEST_MYSQL_PORT || 3306),
    user: environment.TEST_MYSQL_USER ?? '',
    password: environment.TEST_MYSQL_PASSWORD ?? '',
    database: environment.TEST_MYSQL_DATABASE ?? '',
  }
}

export interface Influx1Address {
  readonly url: string
}

/** InfluxDB 1.8, which asks for no token. A database must be created before it is written to. */
export function influx1ForTests(environment = process.env): ForTests<Influx1Address> {
  const url = environment.TEST_INFLUX1_URL
  if (!url) return missing('InfluxDB 1', 'INFLUX1', environment)
  return { available: true, url }
}

export interface Influx2Address {
  readonly url: string
  /** May do everything in the organisation, such as create buckets. */
  readonly token: string
  readonly org: string
}

/** InfluxDB 2.7. */
export function influx2ForTests(environment = process.env): ForTests<Influx2Address> {
  const url = environment.TEST_INFLUX2_URL
  if (!url) return missing('InfluxDB 2', 'INFLUX2', environment)
  const { TEST_INFLUX2_TOKEN: token = '', TEST_INFLUX2_ORG: org = '' } = environment
  return { available: true, url, token, org }
}

export interface ToxiproxyAddress {
  /** Of its API; see `scripts/testing/toxiproxy.ts`. */
  readonly url: string
}

/** Toxiproxy. Proxies are each test's own. */
export function toxiproxyForTests(environment = process.env): ForTests<ToxiproxyAddress> {
  const url = environment.TEST_TOXIPROXY_URL
  return url ? { available: true, url } : missing('Toxiproxy', 'TOXIPROXY', environment)
}

// For tests that break a server: its program is here, so that `scripts/testing/own-servers.ts` can
// start one that is theirs alone.

export const ownKafkaForTests = () => program('Kafka', 'KAFKA')
export const ownMysqlForTests = () => program('MariaDB', 'MYSQL')
export const ownInflux1ForTests = () => program('InfluxDB 1', 'INFLUX1')
export const ownInflux2ForTests = () => program('InfluxDB 2', 'INFLUX2')

function program(title: string, testName: string): ForTests<object> {
  return process.env[`TEST_OWN_${testName}`]
    ? { available: true }
    : missing(title, `OWN_${testName}`, process.env)
}

export interface ChromiumAddress {
  /** For playwright-core; as root it needs the argument `--no-sandbox`. */
  readonly executablePath: string
}

export function chromiumForTests(environment = process.env): ForTests<ChromiumAddress> {
  const executablePath = environment.TEST_CHROMIUM
  if (!executablePath) return missing('Chromium', 'CHROMIUM', environment)
  return { available: true, executablePath }
}

function missing(
  title: string,
  testName: string,
  environment: NodeJS.ProcessEnv,
): { available: false; why: string } {
  const how =
    environment[`TEST_${testName}_MISSING`] || 'run the tests by `npm test`, which brings it up'
  return { available: false, why: `${title}: ${how}` }
}

type Addresses<Services extends readonly ForTests<object>[]> = {
  [K in keyof Services]: Available<Services[K]>
}

/**
 * A `describe` whose body gets the addresses of `services`. When one is not there the suite is a
 * skip that names it and says how to get it; with CI=true it is a failure, as a skip there would
 * pass unseen.
 */
export function describeWith<const Services extends readonly ForTests<object>[]>(
  services: Services,
  title: string,
  body: (...addresses: Addresses<Services>) => void,
): void {
  const lacking = services.flatMap((service) => (service.available ? [] : [service.why]))
  if (lacking.length === 0) {
    describe(title, () => body(...(services as unknown as Addresses<Services>)))
    return
  }
  const needs = `needs ${lacking.join('; ')}`
  if (process.env.CI === 'true') throw new Error(`${title} ${needs}`)
  describe.skip(`${title} [skipped: ${needs}]`, () => {
    it('is skipped', () => {})
  })
}
