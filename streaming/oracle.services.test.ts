import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import {
  describeWith,
  influx1ForTests,
  influx2ForTests,
  kafkaForTests,
  mysqlForTests,
} from '../scripts/services/testing.ts'
import { Place } from './testing/place.ts'
import {
  describeAllMetrics,
  describeExactPoints,
  describeRecovery,
  describeShuffled,
} from './testing/whole-path.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-oracle-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const kafkaAndMysql = [kafkaForTests(), mysqlForTests()] as const
const run = `oracle_${process.pid}_${Date.now()}`

/** Variables of the programs, with a topic, a database and a bucket that nothing else uses. */
function storesOf(
  name: string,
  kafka: { readonly brokers: readonly string[] },
  mysql: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly password: string
  },
) {
  const own = `${run}_${name.replaceAll('-', '_')}`
  return {
    KAFKA_BROKERS: kafka.brokers.join(','),
    KAFKA_EVENTS_TOPIC: own,
    MYSQL_HOST: mysql.host,
    MYSQL_PORT: String(mysql.port),
    MYSQL_USER: mysql.user,
    MYSQL_PASSWORD: mysql.password,
    MYSQL_DATABASE: run,
    INFLUX_BUCKET: own,
  }
}

describeWith([...kafkaAndMysql, influx2ForTests()], 'Kafka, MariaDB', (kafka, mysql, influx) => {
  const placeOf = (name: string) =>
    new Place(join(dir, `influx2-${name}`), {
      ...storesOf(`influx2-${name}`, kafka, mysql),
      INFLUX_URL: influx.url,
      INFLUX_TOKEN: influx.token,
      INFLUX_ORG: influx.org,
    })
  describeExactPoints('Kafka, MariaDB and InfluxDB 2', placeOf)
  describeAllMetrics('Kafka, MariaDB and InfluxDB 2', placeOf)
  describeRecovery('Kafka, MariaDB and InfluxDB 2', placeOf)
})

describeWith([...kafkaAndMysql, influx1ForTests()], 'Kafka, MariaDB', (kafka, mysql, influx) => {
  const placeOf = (name: string) =>
    new Place(join(dir, `influx1-${name}`), {
      ...storesOf(`influx1-${name}`, kafka, mysql),
      INFLUX_URL: influx.url,
    })
  describeShuffled('Kafka, MariaDB and InfluxDB 1', placeOf)
  describeAllMetrics('Kafka, MariaDB and InfluxDB 1', placeOf)
})
