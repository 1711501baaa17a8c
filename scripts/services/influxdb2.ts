// InfluxDB 2.7, built from its sources: Go, and Rust for its query language Flux. Slow the first
// time.
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, installLog, installOnce, isCached } from './cache.ts'
import { golang, howToGetGo } from './golang.ts'
import { httpOk } from './probes.ts'
import { outputOf, run, which } from './run.ts'
import { HOST, type InstallContext, type Ports, type Service } from './service.ts'

const version = '2.7.12'
const cacheName = `influxdb-${version}`
// A throw-away server on the loopback address: these protect nothing.
const user = 'windrow'
const password = 'windrow-dev-password'
const token = 'windrow-dev-token'
const org = 'windrow'
const bucket = 'ecommerce'
const url = (ports: Ports): string => `http://${HOST}:${ports.http}`

export const influxdb2: Service = {
  name: 'influxdb2',
  title: 'InfluxDB 2',
  version,
  testName: 'INFLUX2',
  testAddress: 'TEST_INFLUX2_URL',

  async available() {
    if (isCached(cacheName)) return { state: 'ready', how: 'built with Go and Rust' }
    const lacking = [
      golang() === undefined ? `Go (${howToGetGo})` : '',
      which('cargo') === undefined ? 'Rust (https://rustup.rs)' : '',
      which('cc', 'gcc', 'clang') === undefined
        ? 'a C compiler (`apt-get install build-essential`)'
        : '',
      which('pkg-config') === undefined ? 'pkg-config (`apt-get install pkg-config`)' : '',
    ].filter((one) => one !== '')
    if (lacking.length === 0) {
      return { state: 'installable', how: 'builds it with Go and Rust, 3 to 7 minutes' }
    }
    return {
      state: 'missing',
      how: `built from its sources, which needs ${lacking.join(' and ')}`,
    }
  },

  async install(context) {
    await installOnce(cacheName, context, async (dir) => await build(dir, context))
  },

  server: {
    defaultPorts: { http: 8086 },
    clientPort: 'http',
    readyWithinMs: 60_000,

    async prepare(place) {
      const data = join(place.dir, 'data')
      mkdirSync(data, { recursive: true })
      const args = [
        `--bolt-path=${join(data, 'influxd.bolt')}`,
        `--sqlite-path=${join(data, 'influxd.sqlite')}`,
        `--engine-path=${join(data, 'engine')}`,
        `--http-bind-address=${HOST}:${place.ports.http}`,
        '--reporting-disabled',
        '--log-level=warn',
      ]
      return { command: join(cached(cacheName), 'influxd'), args }
    },

    async probe(ports) {
      const health = (await (await httpOk(`${url(ports)}/health`)).json()) as { version?: string }
      return (health.version ?? '').replace(/^v/, '')
    },

    async provision(ports) {
      const setup = await httpOk(`${url(ports)}/api/v2/setup`)
      const { allowed } = (await setup.json()) as { allowed: boolean }
      if (!allowed) return
      const body = JSON.stringify({
        username: user,
        password,
        token,
        org,
        bucket,
        retentionPeriodSeconds: 0,
      })
      await httpOk(`${url(ports)}/api/v2/setup`, { method: 'POST', body })
    },

    variables: (ports) => ({
      INFLUX_URL: url(ports),
      INFLUX_TOKEN: token,
      INFLUX_ORG: org,
      INFLUX_BUCKET: bucket,
    }),
    testVariables: (ports) => ({
      TEST_INFLUX2_URL: url(ports),
      TEST_INFLUX2_TOKEN: token,
      TEST_INFLUX2_ORG: org,
    }),
  },
}

// Its go.mod replaces a module, which `go install module@version` refuses. As a dependency of a
// module of our own the program builds all the same.
const hostModule = `module windrow.local/influxdb

go 1.22

require github.com/influxdata/influxdb/v2 v${version}
`
const hostImport = `package host

import _ "github.com/influxdata/influxdb/v2/cmd/influxd"
`
// The Rust part denies the warnings of the compiler it pins; newer compilers have new ones.
const rustWrapper = `#!/bin/sh
exec "$@" --cap-lints=allow
`

async function build(dir: string, context: InstallContext): Promise<void> {
  const source = join(dir, 'build')
  mkdirSync(source)
  writeFileSync(join(source, 'go.mod'), hostModule)
  writeFileSync(join(source, 'tools.go'), `//go:build tools\n\n${hostImport}`)
  writeFileSync(join(source, 'rustc.sh'), rustWrapper)
  chmodSync(join(source, 'rustc.sh'), 0o755)
  const logFile = installLog(cacheName)
  const go = golang() ?? 'go'
  const goInto = { GOBIN: source, GOFLAGS: '' }
  const tool = ['install', 'github.com/influxdata/pkg-config@v0.2.14']
  await run(
    { label: 'builds its pkg-config', command: go, args: tool, env: goInto, logFile },
    context,
  )

  const toolchain = rustToolchain((await outputOf('rustup', ['toolchain', 'list'])) ?? '')
  const env = {
    GOFLAGS: '-mod=mod -buildvcs=false',
    PKG_CONFIG: join(source, 'pkg-config'),
    RUSTC_WRAPPER: join(source, 'rustc.sh'),
    ...(toolchain === undefined ? {} : { RUSTUP_TOOLCHAIN: toolchain }),
  }
  const args = ['build', '-trimpath', '-tags', 'sqlite_foreign_keys,sqlite_json']
  const flags = ['-ldflags', `-s -w -X main.version=v${version}`, '-o', join(dir, 'influxd')]
  const program = 'github.com/influxdata/influxdb/v2/cmd/influxd'
  const label = 'builds with Go and Rust (3 to 7 minutes)'
  await run(
    { label, command: go, args: [...args, ...flags, program], cwd: source, env, logFile },
    context,
  )
  if (!existsSync(join(dir, 'influxd'))) throw new Error(`${label}: no influxd came out in ${dir}`)
  rmSync(source, { recursive: true })
}

/**
 * The toolchain in place of the one Flux pins: the default one of `rustup toolchain list`, else a
 * stable one.
 */
export function rustToolchain(list: string): string | undefined {
  const lines = list.split('\n').filter((line) => /^\S+-\S+/.test(line))
  const chosen =
    lines.find((line) => line.startsWith('stable')) ??
    lines.find((line) => line.includes('default')) ??
    lines[0]
  return chosen?.split(' ')[0]
}
