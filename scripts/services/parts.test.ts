// The small pure parts of the services.
import { describe, expect, it } from 'vitest'
import { cacheDir } from './cache.ts'
import { configuration } from './influxdb1.ts'
import { rustToolchain } from './influxdb2.ts'
import { javaMajor } from './java.ts'
import { serverProperties } from './kafka.ts'
import { chooseServices, servers, usualServers } from './registry.ts'
import { toxiproxy } from './toxiproxy.ts'

describe('the cache', () => {
  it('is where WINDROW_SERVICES says, else in the user’s cache', () => {
    expect(cacheDir({ WINDROW_SERVICES: '/srv/w', XDG_CACHE_HOME: '/c' })).toBe('/srv/w')
    expect(cacheDir({ XDG_CACHE_HOME: '/c' })).toBe('/c/windrow/services')
    expect(cacheDir({})).toMatch(/\/\.cache\/windrow\/services$/)
  })
})

describe('the choice of services', () => {
  it('is the usual ones, or those named, in their own order and by their other names', () => {
    expect(chooseServices([], usualServers)).toEqual(usualServers)
    expect(servers).toContain(toxiproxy)
    expect(usualServers).not.toContain(toxiproxy)
    const named = chooseServices(['influxdb', 'mysql', 'kafka'], usualServers)
    const names = named.map((one) => one.name)
    expect(names).toEqual(['kafka', 'mariadb', 'influxdb2'])
  })

  it('says which name is wrong and which was meant', () => {
    expect(() => chooseServices(['kafak'], servers)).toThrow(
      /kafak: no service .*did you mean "kafka"/,
    )
  })
})

it('knows the major version of old and new Javas', () => {
  expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17)
  expect(javaMajor('java version "1.8.0_392"')).toBe(8)
  expect(javaMajor('openjdk version "25" 2025-09-16')).toBe(25)
  expect(javaMajor('The operation couldn’t be completed.')).toBeUndefined()
})

it('prefers the stable Rust toolchain', () => {
  const list = 'nightly-x86_64 (default)\nstable-x86_64-unknown-linux-gnu (active)\n1.80.0-x86_64\n'
  expect(rustToolchain(list)).toBe('stable-x86_64-unknown-linux-gnu')
  expect(rustToolchain('1.80.0-x86_64\n1.90.0-x86_64 (default)\n')).toBe('1.90.0-x86_64')
  expect(rustToolchain('no installed toolchains\n')).toBeUndefined()
})

it('listens on the loopback address only', () => {
  const properties = serverProperties('/data', { broker: 1111, controller: 2222 })
  expect(properties).toContain('listeners=PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222\n')
  expect(properties).toContain('log.dirs=/data\n')
  const proxied = { broker: 1111, controller: 2222, behindProxy: 3333, proxy: 4444 }
  expect(serverProperties('/data', proxied)).toContain('PROXIED://127.0.0.1:3333\n')
  expect(serverProperties('/data', proxied)).toContain(
    'advertised.listeners=PLAINTEXT://127.0.0.1:1111,PROXIED://127.0.0.1:4444\n',
  )
  const toml = configuration('/data', { http: 3333, backup: 4444 })
  expect(toml).toContain('bind-address = "127.0.0.1:3333"')
  expect(toml).toContain('bind-address = "127.0.0.1:4444"')
})
