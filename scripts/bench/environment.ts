// Addresses of stores as measured programs read them: variables of the environment.
import type { InfluxSettings, MysqlSettings } from '../../stores/settings.ts'

export type InfluxAccess = Omit<InfluxSettings, 'bucket'>

export const mysqlEnvironment = ({ host, port, user, password, database }: MysqlSettings) => ({
  MYSQL_HOST: host,
  MYSQL_PORT: String(port),
  MYSQL_USER: user,
  MYSQL_PASSWORD: password,
  MYSQL_DATABASE: database,
})

/** The address of InfluxDB as programs read it, with a bucket for benchmarks. */
export const influxEnvironment = ({ url, token, org }: InfluxAccess) => ({
  INFLUX_URL: url,
  INFLUX_TOKEN: token,
  INFLUX_ORG: org,
  INFLUX_BUCKET: 'bench',
})
