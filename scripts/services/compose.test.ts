import { expect, it } from 'vitest'
import { addressesOf, composeVariablesOf, parseContainers } from './compose.ts'

const kafka = {
  Service: 'kafka',
  State: 'running',
  Health: 'healthy',
  Image: 'apache/kafka:4.0.0',
  Publishers: [
    { URL: '127.0.0.1', TargetPort: 9092, PublishedPort: 9092, Protocol: 'tcp' },
    { URL: '', TargetPort: 9093, PublishedPort: 0, Protocol: 'tcp' },
  ],
}

it('reads the containers of newer and of older versions of compose', () => {
  const mysql = { ...kafka, Service: 'mysql', Publishers: null }
  const newer = parseContainers(`${JSON.stringify(kafka)}\n${JSON.stringify(mysql)}\n`)
  const older = parseContainers(JSON.stringify([kafka, mysql]))
  expect(older).toEqual(newer)
  expect(newer.map((one) => one.Service)).toEqual(['kafka', 'mysql'])
  expect(newer.map(addressesOf)).toEqual([['127.0.0.1:9092'], []])
  expect(parseContainers('')).toEqual([])
})

const config = {
  name: 'windrow',
  services: {
    kafka: { environment: {}, ports: [{ mode: 'ingress', target: 9092, published: '19092' }] },
    mysql: {
      environment: {
        MYSQL_USER: 'windrow',
        MYSQL_PASSWORD: 'p',
        MYSQL_DATABASE: 'ecommerce',
        MYSQL_ROOT_PASSWORD: 'r',
      },
      ports: [{ target: 3306, published: '3306' }],
    },
    influxdb: {
      environment: {
        DOCKER_INFLUXDB_INIT_ADMIN_TOKEN: 't',
        DOCKER_INFLUXDB_INIT_ORG: 'o',
        DOCKER_INFLUXDB_INIT_BUCKET: 'b',
      },
      ports: [{ target: 8086, published: '8086' }],
    },
    grafana: { environment: null, ports: [{ target: 3000, published: '3000' }] },
  },
}

it('takes addresses and secrets from the compose file', () => {
  const names = ['kafka', 'mysql', 'influxdb', 'grafana']
  expect(composeVariablesOf(config, names)).toEqual({
    variables: {
      KAFKA_BROKERS: '127.0.0.1:19092',
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: '3306',
      MYSQL_DATABASE: 'ecommerce',
      MYSQL_USER: 'windrow',
      MYSQL_PASSWORD: 'p',
      INFLUX_URL: 'http://127.0.0.1:8086',
      INFLUX_TOKEN: 't',
      INFLUX_ORG: 'o',
      INFLUX_BUCKET: 'b',
    },
    testVariables: {
      kafka: { TEST_KAFKA_BROKERS: '127.0.0.1:19092' },
      mariadb: {
        TEST_MYSQL_HOST: '127.0.0.1',
        TEST_MYSQL_PORT: '3306',
        TEST_MYSQL_DATABASE: 'ecommerce',
        TEST_MYSQL_USER: 'root',
        TEST_MYSQL_PASSWORD: 'r',
      },
      influxdb2: {
        TEST_INFLUX2_URL: 'http://127.0.0.1:8086',
        TEST_INFLUX2_TOKEN: 't',
        TEST_INFLUX2_ORG: 'o',
      },
    },
  })
})

it('leaves out what does not run', () => {
  expect(Object.keys(composeVariablesOf(config, ['kafka']).variables)).toEqual(['KAFKA_BROKERS'])
})
