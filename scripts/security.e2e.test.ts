// Secrets stay out of whatever a program writes or serves, whatever happens to it: nothing answers, servers repeat in
// their errors all that they were sent, variables are wrong.

import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { COMMANDS, type CommandName } from '../cli/catalog.ts'
import { type FakeServer, fakeServer } from '../stores/points/fake-influx.ts'
import { type EchoingMysql, echoingMysql } from './testing/echoing-mysql.ts'
import { type Program, RunningProgram } from './testing/programs.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-secrets-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const SECRETS = {
  KAFKA_PASSWORD: 'kafka-p4ss+word',
  MYSQL_PASSWORD: 'mysql-p4ss/word',
  INFLUX_TOKEN: 'admin:influx-p4ss=word',
}
/** In any of these forms a secret is one. */
const FORMS = Object.values(SECRETS)
  .flatMap((secret) => [secret, secret.split(':').at(-1) ?? ''])
  .flatMap((one) => [one, encodeURIComponent(one), Buffer.from(one).toString('base64')])

/** What a program needs to use its stores; one that is not here needs nothing. */
const ARGUMENTS: Readonly<Partial<Record<Program, readonly string[]>>> = {
  seed: ['--users', '10'],
  dashboard: ['--port', '0'],
  produce: ['--count', '10', '--speed', 'max'],
  'dead-letters': ['list'],
  points: ['revenue_by_category'],
  start: ['--port', '0'],
  verify: ['all'],
}
/** These use no store whose address they are told. */
const WITHOUT_STORES: readonly CommandName[] = [
  ...(['generate', 'new', 'services', 'sim', 'soak', 'completion', 'help'] as const),
]
/** Every program that reads addresses and secrets. */
const PROGRAMS: readonly Program[] = [
  ...COMMANDS.map(({ name }) => name).filter((name) => !WITHOUT_STORES.includes(name)),
  'scripts/bench/peers/main.ts',
  'scripts/bench/yahoo/main.ts',
]

let running: RunningProgram | undefined
afterEach(async () => {
  await running?.stop('SIGKILL')
  running = undefined
})

/** What it writes until it ends, waits for a store or serves; and what it serves. */
async function wordsOf(main: Program, stores: NodeJS.ProcessEnv, args = ARGUMENTS[main] ?? []) {
  const program = new RunningProgram(main, args, { ...SECRETS, WINDROW_DATA: dir, ...stores })
  running = program
  const isSettled = () => /waiting; retries|page is at/.test(program.err)
  let hasEnded = false
  const ended = program.ended.then(() => {
    hasEnded = true
  })
  await Promise.race([ended, program.until('a word', isSettled)]).catch(() => {})
  const served = hasEnded ? [] : await Promise.all(addressesIn(program.err).flatMap(askAll))
  const { out, err } = await program.stop('SIGINT')
  return `${out}${err}${served.join('\n')}`
}

const addressesIn = (text: string): string[] =>
  [...text.matchAll(/(?:page is|dashboard is|metrics are) at (http:\/\/127\.0\.0\.1:\d+)/g)].map(
    (match) => match[1],
  )

const PATHS = ['/', '/healthz', '/readyz', '/metrics', '/status', '/api/view', '/api/pipeline']
const askAll = (address: string): Promise<string>[] =>
  PATHS.map(async (path) => {
    const response = await fetch(address + path)
    return JSON.stringify([...response.headers]) + (await response.text())
  })

function expectNoSecret(words: string): void {
  expect(words).not.toBe('')
  for (const form of FORMS) expect(words).not.toContain(form)
}

describe.each(PROGRAMS)('%s tells no secret', (main) => {
  test('in its help', async () => {
    expectNoSecret(await wordsOf(main, {}, ['--help']))
  })

  test('when nothing answers', async () => {
    const words = await wordsOf(main, {
      KAFKA_BROKERS: '127.0.0.1:1',
      KAFKA_TLS: 'on',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_USERNAME: 'windrow',
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: '1',
      MYSQL_USER: 'windrow',
      INFLUX_URL: 'http://127.0.0.1:1',
    })
    expect(words, 'no store was asked: does it need ARGUMENTS?').toContain('127.0.0.1:1')
    expectNoSecret(words)
  })

  test('when a variable that goes with it is missing', async () => {
    const words = await wordsOf(main, { KAFKA_BROKERS: '127.0.0.1:1', MYSQL_HOST: '127.0.0.1' })
    for (const variable of ['KAFKA_SASL_MECHANISM', 'MYSQL_USER'])
      expect(words).toMatch(new RegExp(`[•✗] ${variable}: `))
    expectNoSecret(words)
  })

  test('when it stands in an address, where it should not', async () => {
    const words = await wordsOf(main, {
      KAFKA_BROKERS: 'windrow:mysql-p4ss/word@127.0.0.1:1',
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: SECRETS.MYSQL_PASSWORD,
      // Benchmarks take what is not set from the services that run here.
      MYSQL_USER: '',
      INFLUX_URL: 'influx://admin:influx-p4ss=word@127.0.0.1:1',
      WINDROW_LOG: 'json',
    })
    for (const variable of ['KAFKA_BROKERS', 'MYSQL_PORT', 'INFLUX_URL', 'MYSQL_USER'])
      expect(words).toMatch(new RegExp(`[•✗] ${variable}: `))
    expectNoSecret(words)
  })
})

describe('a server that repeats what it was sent', () => {
  let influx: FakeServer | undefined
  let mysql: EchoingMysql | undefined
  afterEach(async () => {
    await influx?.close()
    await mysql?.close()
    influx = undefined
    mysql = undefined
  })

  test.each<[Program, number]>([
    ['stream', 401],
    ['stream', 400],
    ['stream', 503],
    ['points', 500],
    ['dashboard', 503],
    ['start', 401],
  ])('as InfluxDB, to %s with %d', async (main, status) => {
    influx = await fakeServer((request) => ({
      status,
      headers: { 'x-influxdb-version': '2.7.12', 'x-influxdb-error': request.authorization ?? '' },
      body: { message: `you sent ${JSON.stringify(request)}`, error: request.authorization },
    }))
    const words = await wordsOf(main, { INFLUX_URL: influx.url })
    expect(influx.requests.map(({ authorization }) => authorization).join()).toContain(
      SECRETS.INFLUX_TOKEN,
    )
    expect(words).toContain('******')
    expectNoSecret(words)
  })

  test.each<[Program, number]>([
    ['stream', 1045],
    ['stream', 1105],
    ['seed', 1045],
    ['seed', 1105],
  ])('as MySQL, to %s with error %d', async (main, code) => {
    mysql = await echoingMysql(code)
    const words = await wordsOf(main, {
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: `${mysql.port}`,
      MYSQL_USER: 'windrow',
    })
    expect(mysql.heard()).toContain('windrow')
    expect(mysql.heard(), 'in clear text, for the asking').not.toContain(SECRETS.MYSQL_PASSWORD)
    expectNoSecret(words)
  })
})

describe.each<Program>(['dashboard', 'stream'])('%s, when nothing else is asked for,', (main) => {
  async function addressOf(): Promise<URL> {
    const program = new RunningProgram(main, ARGUMENTS[main] ?? [], { WINDROW_DATA: dir })
    running = program
    await program.until('an address', () => addressesIn(program.err).length > 0)
    return new URL(addressesIn(program.err)[0])
  }

  test('listens on loopback only', async () => {
    const { port } = await addressOf()
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const address of ['127.0.0.2', ...others.map((one) => one.address)])
      expect(await connects(address, Number(port)), address).toBe(false)
    expect(await connects('127.0.0.1', Number(port))).toBe(true)
  })

  test('is not held up for long by a stranger who takes every connection and says nothing', async () => {
    const url = await addressOf()
    const silent = Array.from({ length: 300 }, () => connect(Number(url.port), url.hostname))
    for (const socket of silent) socket.on('error', () => {})
    await expect
      .poll(
        () =>
          fetch(new URL('/healthz', url)).then(
            ({ status }) => status,
            () => 0,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(200)
    for (const socket of silent) socket.destroy()
  })
})

const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const end = (isConnected: boolean) => {
      socket.destroy()
      resolve(isConnected)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
