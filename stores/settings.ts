// Addresses and secrets of the stores, from the environment. An address that is set chooses the real store.

import { type Checked, checkEnvironment } from '../kit/config.ts'
import { z } from '../kit/zod.cjs'

const port = z
  .string()
  .refine(
    (text) => /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536,
    'expected a port, 1 to 65535',
  )
  .transform(Number)
  .meta({ title: 'port' })
const brokers = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine(
    (list) => list.every((one) => /^[^\s:]+:\d{1,5}$/.test(one)),
    'expected brokers as host:port,host:port',
  )
  .meta({ title: 'host:port, several with commas' })
const url = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:[^?#]*$/.test(text),
    'expected an address like http://127.0.0.1:8086',
  )
  .meta({ title: 'http or https address' })
const topic = z
  .string()
  .regex(/^[\w.-]{1,249}$/, 'expected a topic: letters, digits, ".", "_" or "-"')
  .meta({ title: 'name of a topic' })

/** How what is written to Kafka is compressed. */
export const KAFKA_COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type KafkaCompression = (typeof KAFKA_COMPRESSIONS)[number]

export const environmentSchema = z
  .object({
    KAFKA_BROKERS: brokers.optional(),
    KAFKA_EVENTS_TOPIC: topic.default('ecommerce.events'),
    KAFKA_COMPRESSION: z.enum(KAFKA_COMPRESSIONS).default('none'),
    MYSQL_HOST: z.string().optional(),
    MYSQL_PORT: port.default(3306),
    MYSQL_USER: z.string().optional(),
    MYSQL_PASSWORD: z.string().optional(),
    MYSQL_DATABASE: z
      .string()
      .regex(/^\w{1,64}$/, 'expected a database name')
      .default('ecommerce'),
    INFLUX_URL: url.optional(),
    INFLUX_TOKEN: z.string().optional(),
    INFLUX_ORG: z.string().default('windrow'),
    INFLUX_BUCKET: z.string().default('ecommerce'),
    CHECKPOINTS: z.enum(['directory', 'mysql']).default('directory'),
    WINDROW_DATA: z.string().default('.windrow'),
  })
  .superRefine((env, context) => {
    if (env.MYSQL_HOST !== undefined && env.MYSQL_USER === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['MYSQL_USER'],
        message: 'expected a user, as MYSQL_HOST is set',
      })
    }
    if (env.CHECKPOINTS === 'mysql' && env.MYSQL_HOST === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['MYSQL_HOST'],
        message: 'expected a host, as CHECKPOINTS is mysql',
      })
    }
  })

export interface MysqlSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export interface InfluxSettings {
  readonly url: string
  /** Empty: the server asks for none. For InfluxDB 1: `user:password`. */
  readonly token: string
  readonly org: string
  readonly bucket: string
}

export interface StoreSettings {
  /** Absent: embedded. */
  readonly kafka?: { readonly brokers: readonly string[]; readonly compression: KafkaCompression }
  readonly eventsTopic: string
  readonly mysql?: MysqlSettings
  readonly influx?: InfluxSettings
  /** Absent: in the directory below. */
  readonly checkpoints?: 'mysql'
  /** Directory of the embedded stores and checkpoints. */
  readonly dataDir: string
}

/** Reads the stores' variables; see `.env.example`. */
export function storeSettings(environment: NodeJS.ProcessEnv): Checked<StoreSettings> {
  const checked = checkEnvironment(environment, environmentSchema, [
    'MYSQL_PASSWORD',
    'INFLUX_TOKEN',
  ])
  if (!('value' in checked)) return checked
  const env = checked.value
  const value: StoreSettings = {
    eventsTopic: env.KAFKA_EVENTS_TOPIC,
    dataDir: env.WINDROW_DATA,
    ...(env.CHECKPOINTS === 'mysql' ? { checkpoints: env.CHECKPOINTS } : {}),
    ...(env.KAFKA_BROKERS === undefined
      ? {}
      : { kafka: { brokers: env.KAFKA_BROKERS, compression: env.KAFKA_COMPRESSION } }),
    ...(env.MYSQL_HOST === undefined
      ? {}
      : {
          mysql: {
            host: env.MYSQL_HOST,
            port: env.MYSQL_PORT,
            user: env.MYSQL_USER ?? '',
            password: env.MYSQL_PASSWORD ?? '',
            database: env.MYSQL_DATABASE,
          },
        }),
    ...(env.INFLUX_URL === undefined
      ? {}
      : {
          influx: {
            url: env.INFLUX_URL.replace(/\/+$/, ''),
            token: env.INFLUX_TOKEN ?? '',
            org: env.INFLUX_ORG,
            bucket: env.INFLUX_BUCKET,
          },
        }),
  }
  return { value, problems: [] }
}

/** Names of the variables above, for the check of `.env.example`. */
export const storeVariables = Object.keys(environmentSchema.shape)
