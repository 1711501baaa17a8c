// Which InfluxDB it is and how it is spoken to: what every request needs to know.
import type { InfluxSettings } from '../settings.ts'

/** How the token is shown: 3 speaks `Bearer`, 1 and 2 `Token`. */
export type TokenScheme = 'Token' | 'Bearer'

/** Where InfluxDB is, and how long an answer may take. */
export interface InfluxAddress extends InfluxSettings {
  /** Without a byte for so long, a request is given up. Default 10 s. */
  readonly timeoutMs?: number
}

export const DEFAULT_TIMEOUT_MS = 10_000

export interface InfluxServer {
  readonly generation: 1 | 2 | 3
  /** As it tells: "1.8.10"; empty when it does not. */
  readonly version: string
  readonly scheme: TokenScheme
}

/** InfluxDB 1 and 2 keep a database and a retention policy apart: `ecommerce` or `ecommerce/autogen`. */
export function databaseOf(bucket: string): { database: string; policy: string | undefined } {
  const slash = bucket.indexOf('/')
  if (slash < 0) return { database: bucket, policy: undefined }
  return { database: bucket.slice(0, slash), policy: bucket.slice(slash + 1) }
}
