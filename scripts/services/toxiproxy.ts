// Toxiproxy, built by Go from its sources: connections to other servers through it can be cut,
// silenced and slowed. For tests only.
import { type GoProgram, goAvailability, goBinary, goInstall } from './golang.ts'
import { httpOk } from './probes.ts'
import { HOST, type Ports, type Service } from './service.ts'

const version = '2.12.0'
const built: GoProgram = {
  cacheName: `toxiproxy-${version}`,
  module: `github.com/Shopify/toxiproxy/v2/cmd/server@v${version}`,
  versionIn: `github.com/Shopify/toxiproxy/v2.Version=${version}`,
  program: 'server',
  takes: '20 s',
}
const url = (ports: Ports): string => `http://${HOST}:${ports.api}`

export const toxiproxy: Service = {
  name: 'toxiproxy',
  title: 'Toxiproxy',
  version,
  testName: 'TOXIPROXY',
  testAddress: 'TEST_TOXIPROXY_URL',
  isForTestsOnly: true,

  available: async () => goAvailability(built),
  install: async (context) => await goInstall(built, context),

  server: {
    defaultPorts: { api: 8474 },
    clientPort: 'api',
    readyWithinMs: 60_000,

    prepare: async (place) => ({
      command: goBinary(built),
      args: ['-host', HOST, '-port', String(place.ports.api)],
      env: { LOG_LEVEL: 'error' },
    }),

    async probe(ports) {
      const answer = (await (await httpOk(`${url(ports)}/version`)).json()) as { version: string }
      return answer.version
    },

    variables: () => ({}),
    testVariables: (ports) => ({ TEST_TOXIPROXY_URL: url(ports) }),
  },
}
