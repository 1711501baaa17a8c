import { afterEach, describe, expect, it, vi } from 'vitest'
import { services } from './registry.ts'
import {
  chromiumForTests,
  describeWith,
  influx1ForTests,
  influx2ForTests,
  kafkaForTests,
  mysqlForTests,
} from './testing.ts'

const ports = { broker: 1, controller: 2, sql: 3, http: 4, backup: 5 }
const environment = Object.assign(
  { TEST_CHROMIUM: '/usr/bin/chromium' },
  ...services.map((service) => service.server?.testVariables(ports)),
)

describe('the address of a service', () => {
  it('is what the service gives to tests', () => {
    expect(kafkaForTests(environment)).toEqual({ available: true, brokers: ['127.0.0.1:1'] })
    expect(mysqlForTests(environment)).toMatchObject({
      host: '127.0.0.1',
      port: 3,
      user: 'windrow',
    })
    expect(influx1ForTests(environment)).toEqual({ available: true, url: 'http://127.0.0.1:4' })
    expect(influx2ForTests(environment)).toMatchObject({
      url: 'http://127.0.0.1:4',
      org: 'windrow',
    })
    expect(chromiumForTests(environment)).toMatchObject({ executablePath: '/usr/bin/chromium' })
  })

  it('is missing for a reason', () => {
    expect(kafkaForTests({ TEST_KAFKA_MISSING: 'needs Java 17' })).toEqual({
      available: false,
      why: 'Kafka: needs Java 17',
    })
    expect(mysqlForTests({})).toMatchObject({ why: expect.stringContaining('`npm test`') })
  })

  it('is in the variable by which `npm test` knows that it is given', () => {
    for (const { server, testAddress } of services) {
      if (server !== undefined)
        expect(Object.keys(server.testVariables(ports))).toContain(testAddress)
    }
  })
})

describe('describeWith', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('throws with CI=true when a service is missing', () => {
    vi.stubEnv('CI', 'true')
    const lacking = kafkaForTests({ TEST_KAFKA_MISSING: 'needs Java 17' })
    expect(() => describeWith([lacking], 'reading', () => {})).toThrow(
      'reading needs Kafka: needs Java 17',
    )
  })
})
