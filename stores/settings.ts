// Addresses and secrets of the stores, from the environment. An address that is set chooses the real store.

import { type Checked, checkEnvironment } from '../kit/config.ts'
import { type Encryption, encryptionFrom } from './encryption.ts'
import {
  environmentSchema,
  type KAFKA_MECHANISMS,
  type KafkaCompression,
  type StoreEnvironment,
} from './environment.ts'

export interface MysqlSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Absent: not encrypted. */
  readonly tls?: Encryption
}

export interface KafkaLogin {
  readonly mechanism: (typeof KAFKA_MECHANISMS)[number]
  readonly username: string
  readonly password: string
}

export interface KafkaSettings {
  readonly brokers: readonly string[]
  /** Of what is written; default: none. */
  readonly compression?: KafkaCompression
  /** Absent: not encrypted. */
  readonly tls?: Encryption
  /** Absent: as nobody in particular, or by the certificate of `tls`. */
  readonly login?: KafkaLogin
}

export interface InfluxSettings {
  readonly url: string
  /** Empty: the server asks for none. For InfluxDB 1: `user:password`. */
  readonly token: string
  readonly org: string
  readonly bucket: string
  /** As that of `Encryption`, for an address with https. */
  readonly ca?: string
}

export interface StoreSettings {
  /** Absent: embedded. */
  readonly kafka?: KafkaSettings
  readonly eventsTopic: string
  readonly mysql?: MysqlSettings
  readonly influx?: InfluxSettings
  /** Absent: in the directory below. */
  readonly checkpoints?: 'mysql'
  /** Directory of the embedded stores and checkpoints. */
  readonly dataDir: string
}

/** Reads the stores' variables, and the files that they name; see `.env.example`. */
export function storeSettings(environment: NodeJS.ProcessEnv): Checked<StoreSettings> {
  const checked = checkEnvironment(environment, environmentSchema, [
    'KAFKA_PASSWORD',
    'MYSQL_PASSWORD',
    'INFLUX_TOKEN',
  ])
  if (!('value' in checked)) return checked
  const env = checked.value
  const kafka = kafkaFrom(env)
  const mysql = mysqlFrom(env)
  const influx = influxFrom(env)
  const problems = [...kafka.problems, ...mysql.problems, ...influx.problems]
  if (!('value' in kafka && 'value' in mysql && 'value' in influx)) return { problems }
  const value: StoreSettings = {
    eventsTopic: env.KAFKA_EVENTS_TOPIC,
    dataDir: env.WINDROW_DATA,
    ...(env.CHECKPOINTS === 'mysql' ? { checkpoints: env.CHECKPOINTS } : {}),
    ...(kafka.value && { kafka: kafka.value }),
    ...(mysql.value && { mysql: mysql.value }),
    ...(influx.value && { influx: influx.value }),
  }
  return { value, problems: [] }
}

function kafkaFrom(env: StoreEnvironment): Checked<KafkaSettings | undefined> {
  if (env.KAFKA_BROKERS === undefined) return { value: undefined, problems: [] }
  const encryption = encryptionFrom('KAFKA', {
    tls: env.KAFKA_TLS,
    caFile: env.KAFKA_CA_FILE,
    certFile: env.KAFKA_CERT_FILE,
    keyFile: env.KAFKA_KEY_FILE,
  })
  if (!('value' in encryption)) return encryption
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
  } = env
  const value: KafkaSettings = {
    brokers: env.KAFKA_BROKERS,
    compression: env.KAFKA_COMPRESSION,
    ...(encryption.value && { tls: encryption.value }),
    ...(mechanism && { login: { mechanism, username: username ?? '', password: password ?? '' } }),
  }
  return { value, problems: [] }
}

function mysqlFrom(env: StoreEnvironment): Checked<MysqlSettings | undefined> {
  if (env.MYSQL_HOST === undefined) return { value: undefined, problems: [] }
  const encryption = encryptionFrom('MYSQL', {
    tls: env.MYSQL_TLS,
    caFile: env.MYSQL_CA_FILE,
    certFile: env.MYSQL_CERT_FILE,
    keyFile: env.MYSQL_KEY_FILE,
  })
  if (!('value' in encryption)) return encryption
  const value: MysqlSettings = {
    host: env.MYSQL_HOST,
    port: env.MYSQL_PORT,
    user: env.MYSQL_USER ?? '',
    password: env.MYSQL_PASSWORD ?? '',
    database: env.MYSQL_DATABASE,
    ...(encryption.value && { tls: encryption.value }),
  }
  return { value, problems: [] }
}

function influxFrom(env: StoreEnvironment): Checked<InfluxSettings | undefined> {
  if (env.INFLUX_URL === undefined) return { value: undefined, problems: [] }
  const encryption = encryptionFrom('INFLUX', { tls: 'on', caFile: env.INFLUX_CA_FILE })
  if (!('value' in encryption)) return encryption
  const ca = encryption.value?.ca
  const value: InfluxSettings = {
    url: env.INFLUX_URL.replace(/\/+$/, ''),
    token: env.INFLUX_TOKEN ?? '',
    org: env.INFLUX_ORG,
    bucket: env.INFLUX_BUCKET,
    ...(ca === undefined ? {} : { ca }),
  }
  return { value, problems: [] }
}
