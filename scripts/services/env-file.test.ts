import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dotenv, envFile, usage, writeEnvFile } from './env-file.ts'
import { influxdb1 } from './influxdb1.ts'
import { servers } from './registry.ts'

const ports = { broker: 9092, controller: 9093, sql: 3306, http: 8086, backup: 8088 }
const all = Object.assign({}, ...servers.map((one) => one.server?.variables(ports)))

it('writes the variables the programs need; of two InfluxDBs those of the newer one', () => {
  expect(dotenv(all)).toBe(`KAFKA_BROKERS=127.0.0.1:9092
MYSQL_HOST=127.0.0.1
MYSQL_PORT=3306
MYSQL_USER=windrow
MYSQL_PASSWORD=windrow
MYSQL_DATABASE=ecommerce
INFLUX_URL=http://127.0.0.1:8086
INFLUX_TOKEN=windrow-dev-token
INFLUX_ORG=windrow
INFLUX_BUCKET=ecommerce
`)
})

it('is read by a shell and by Node as it was meant', () => {
  const dir = mkdtempSync(join(tmpdir(), 'windrow-env-'))
  try {
    const variables = { W_A: 'plain', W_B: 'with space; and $dollar "quoted"', W_C: '' }
    writeEnvFile(dir, variables)
    const script = 'set -a; . "$1"; set +a; printf "%s|%s|%s" "$W_A" "$W_B" "$W_C"'
    const shell = execFileSync('sh', ['-c', script, 'sh', envFile(dir)], { encoding: 'utf8' })
    expect(shell).toBe(Object.values(variables).join('|'))
    process.loadEnvFile(envFile(dir))
    expect(process.env).toMatchObject(variables)
    writeEnvFile(dir, {})
    expect(existsSync(envFile(dir))).toBe(false)
  } finally {
    for (const name of ['W_A', 'W_B', 'W_C']) delete process.env[name]
    rmSync(dir, { recursive: true, force: true })
  }
})

it('refuses a value that cannot be written', () => {
  expect(() => dotenv({ A: "it's" })).toThrow('no quote')
})

it('says how to use them', () => {
  const text = usage(join(process.cwd(), '.windrow', 'services'), { A: '1' })
  expect(text).toContain('A=1\n')
  expect(text).toContain('set -a; . .windrow/services/env; set +a')
})

it('gives InfluxDB 1 no token, as it asks for none', () => {
  expect(influxdb1.server?.variables(ports)).toMatchObject({ INFLUX_TOKEN: '' })
})

it('uses names that .env.example describes', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  for (const name of Object.keys(all)) expect(example).toMatch(new RegExp(`^#?${name}=`, 'm'))
})
