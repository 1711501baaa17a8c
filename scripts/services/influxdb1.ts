// InfluxDB 1.8, built by Go from its sources: the small one, with InfluxQL and the write API of
// version 2.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GoProgram, goAvailability, goBinary, goInstall } from './golang.ts'
import { httpOk } from './probes.ts'
import { HOST, type Ports, type Service } from './service.ts'

const version = '1.8.10'
const built: GoProgram = {
  cacheName: `influxdb-${version}`,
  module: `github.com/influxdata/influxdb/cmd/influxd@v${version}`,
  versionIn: `main.version=${version}`,
  program: 'influxd',
  takes: 'a minute',
}
const database = 'ecommerce'
const url = (ports: Ports): string => `http://${HOST}:${ports.http}`

export const influxdb1: Service = {
  name: 'influxdb1',
  title: 'InfluxDB 1',
  version,
  testName: 'INFLUX1',
  testAddress: 'TEST_INFLUX1_URL',

  available: async () => goAvailability(built),
  install: async (context) => await goInstall(built, context),

  server: {
    defaultPorts: { http: 8186, backup: 8088 },
    clientPort: 'http',
    readyWithinMs: 60_000,

    async prepare(place) {
      const config = join(place.dir, 'influxdb.toml')
      writeFileSync(config, configuration(join(place.dir, 'data'), place.ports))
      return { command: goBinary(built), args: ['-config', config] }
    },

    async probe(ports) {
      const response = await httpOk(`${url(ports)}/ping`)
      return (response.headers.get('x-influxdb-version') ?? '').replace(/^v/, '')
    },

    async provision(ports) {
      const body = new URLSearchParams({ q: `CREATE DATABASE "${database}"` })
      await httpOk(`${url(ports)}/query`, { method: 'POST', body })
    },

    variables: (ports) => ({
      INFLUX_URL: url(ports),
      INFLUX_TOKEN: '',
      INFLUX_ORG: '-',
      INFLUX_BUCKET: database,
    }),
    testVariables: (ports) => ({ TEST_INFLUX1_URL: url(ports) }),
  },
}

/** Exported for its test. */
export const configuration = (data: string, ports: Ports): string => `# written at each start
reporting-disabled = true
bind-address = "${HOST}:${ports.backup}"

[meta]
  dir = ${JSON.stringify(join(data, 'meta'))}

[data]
  dir = ${JSON.stringify(join(data, 'data'))}
  wal-dir = ${JSON.stringify(join(data, 'wal'))}
  query-log-enabled = false

[http]
  bind-address = "${HOST}:${ports.http}"
  # Flux takes four seconds at start; InfluxQL is what all versions share.
  flux-enabled = false
  log-enabled = false

[monitor]
  store-enabled = false

[logging]
  level = "warn"
`
