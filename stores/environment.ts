// The stores' variables, each by itself and together: what may stand in them. What follows from them: settings.ts.
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

/** How Kafka is logged into, in lower case. */
export const KAFKA_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

const file = z.string().meta({ title: 'file in PEM form' })

export const environmentSchema = z
  .object({
    KAFKA_BROKERS: brokers.optional(),
    KAFKA_EVENTS_TOPIC: topic.default('ecommerce.events'),
    KAFKA_COMPRESSION: z.enum(KAFKA_COMPRESSIONS).default('none'),
    KAFKA_TLS: z.enum(['on', 'off']).optional(),
    KAFKA_CA_FILE: file.optional(),
    KAFKA_CERT_FILE: file.optional(),
    KAFKA_KEY_FILE: file.optional(),
    // As others write it: SCRAM-SHA-512.
    KAFKA_SASL_MECHANISM: z.string().toLowerCase().pipe(z.enum(KAFKA_MECHANISMS)).optional(),
    KAFKA_USERNAME: z.string().optional(),
    KAFKA_PASSWORD: z.string().optional(),
    MYSQL_HOST: z.string().optional(),
    MYSQL_PORT: port.default(3306),
    MYSQL_USER: z.string().optional(),
    MYSQL_PASSWORD: z.string().optional(),
    MYSQL_DATABASE: z
      .string()
      .regex(/^\w{1,64}$/, 'expected a database name')
      .default('ecommerce'),
    MYSQL_TLS: z.enum(['on', 'off', 'verify-ca']).optional(),
    MYSQL_CA_FILE: file.optional(),
    MYSQL_CERT_FILE: file.optional(),
    MYSQL_KEY_FILE: file.optional(),
    INFLUX_URL: url.optional(),
    INFLUX_TOKEN: z.string().optional(),
    INFLUX_ORG: z.string().default('windrow'),
    INFLUX_BUCKET: z.string().default('ecommerce'),
    INFLUX_CA_FILE: file.optional(),
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
    if (env.INFLUX_CA_FILE !== undefined && env.INFLUX_URL?.startsWith('http:')) {
      context.addIssue({
        code: 'custom',
        path: ['INFLUX_URL'],
        message: 'expected https, as INFLUX_CA_FILE is set',
      })
    }
    if (env.KAFKA_BROKERS !== undefined)
      for (const [name, message] of loginProblems(env))
        context.addIssue({ code: 'custom', path: [name], message })
  })

interface LoginVariables {
  readonly KAFKA_TLS?: 'on' | 'off' | undefined
  readonly KAFKA_SASL_MECHANISM?: (typeof KAFKA_MECHANISMS)[number] | undefined
  readonly KAFKA_USERNAME?: string | undefined
  readonly KAFKA_PASSWORD?: string | undefined
}

function* loginProblems(env: LoginVariables): Iterable<readonly [name: string, what: string]> {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
  } = env
  if (mechanism === undefined) {
    const given = username === undefined ? 'KAFKA_PASSWORD' : 'KAFKA_USERNAME'
    const what = `expected ${KAFKA_MECHANISMS.join(', ')}: the one of the broker, as ${given} is set`
    if ((username ?? password) !== undefined) yield ['KAFKA_SASL_MECHANISM', what]
    return
  }
  const what = `as KAFKA_SASL_MECHANISM is ${mechanism}`
  if (username === undefined) yield ['KAFKA_USERNAME', `expected a user, ${what}`]
  if (password === undefined) yield ['KAFKA_PASSWORD', `expected the user's password, ${what}`]
  if (mechanism === 'plain' && env.KAFKA_TLS === undefined)
    yield ['KAFKA_TLS', 'expected on, or off said so, as plain sends the password as it is']
}

export type StoreEnvironment = z.output<typeof environmentSchema>

/** Names of the variables above, for the check of `.env.example`. */
export const storeVariables = Object.keys(environmentSchema.shape)
