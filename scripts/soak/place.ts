// Where a soak runs: embedded stores, or real ones of its own that are broken from time to time.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OUTAGES, SLOW } from '../testing/faults.ts'
import {
  type OwnServer,
  ownInflux2,
  ownKafka,
  ownMariadb,
  ownToxiproxy,
} from '../testing/own-servers.ts'
import { openProxy, type ToxicProxy } from '../testing/toxiproxy.ts'

export interface Outage {
  /** "Kafka refused". */
  readonly name: string
  begin(): Promise<void>
  end(): Promise<void>
}

export interface SoakPlace {
  readonly dir: string
  /** For the programs under test. */
  readonly environment: NodeJS.ProcessEnv
  /** For looking at the stores afterwards: around everything that breaks. */
  readonly direct: NodeJS.ProcessEnv
  readonly outages: readonly Outage[]
  end(): Promise<void>
}

const newDir = (): string => mkdtempSync(join(tmpdir(), 'windrow-soak-'))

/** Files in a temporary directory. Nothing of them can be away. */
export function embeddedPlace(): SoakPlace {
  const dir = newDir()
  const environment = { WINDROW_DATA: join(dir, 'data') }
  const end = async () => rmSync(dir, { recursive: true, force: true })
  return { dir, environment, direct: environment, outages: [], end }
}

/** Kafka, MariaDB (checkpoints too) and InfluxDB 2, each behind a proxy. */
export async function realPlace(): Promise<SoakPlace> {
  const dir = newDir()
  const toxiproxy = await ownToxiproxy()
  const proxyOf = (upstream: string) => openProxy(toxiproxy.address, upstream)
  let kafkaProxy: ToxicProxy | undefined
  const [kafka, mariadb, influx] = await Promise.all([
    ownKafka(async (upstream) => {
      kafkaProxy = await proxyOf(upstream)
      return kafkaProxy.port
    }),
    ownMariadb(),
    ownInflux2(),
  ])
  const [mysqlProxy, influxProxy] = [
    await proxyOf(mariadb.hostPort),
    await proxyOf(influx.hostPort),
  ]
  const { host, port, user, password, database } = mariadb.address
  const { url, token, org } = influx.address
  const environment = (kafkaPort: string, mysqlPort: number, influxUrl: string) => ({
    WINDROW_DATA: join(dir, 'data'),
    ...{ KAFKA_BROKERS: kafkaPort, KAFKA_EVENTS_TOPIC: 'soak', CHECKPOINTS: 'mysql' },
    ...{ MYSQL_HOST: host, MYSQL_PORT: String(mysqlPort), MYSQL_USER: user },
    ...{ MYSQL_PASSWORD: password, MYSQL_DATABASE: database },
    ...{ INFLUX_URL: influxUrl, INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_BUCKET: 'soak' },
  })
  return {
    dir,
    environment: environment(
      kafka.address.brokers[0],
      mysqlProxy.port,
      `http://127.0.0.1:${influxProxy.port}`,
    ),
    direct: environment(kafka.hostPort, port, url),
    outages: [
      ...outagesOf('Kafka', kafkaProxy as ToxicProxy, kafka),
      ...outagesOf('MariaDB', mysqlProxy, mariadb),
      ...outagesOf('InfluxDB', influxProxy, influx),
    ],
    end: async () => {
      await Promise.all([kafka, mariadb, influx, toxiproxy].map((server) => server.end()))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function outagesOf(title: string, proxy: ToxicProxy, server: OwnServer<object>): Outage[] {
  const ways = [...OUTAGES, SLOW].map((fault) => ({
    name: `${title} ${fault.name}`,
    begin: () => fault.begin(proxy),
    end: () => proxy.heal(),
  }))
  const death = { begin: () => server.kill(), end: async () => void (await server.start()) }
  const frost = { begin: async () => server.pause(), end: async () => server.resume() }
  return [...ways, { name: `${title} killed`, ...death }, { name: `${title} frozen`, ...frost }]
}
