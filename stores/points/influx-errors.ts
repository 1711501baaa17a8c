// What InfluxDB answers, in sentences that name the variable to mend.
import { RefusedError, rootCause, UnavailableError } from '../../kit/errors.ts'
import type { InfluxSettings } from '../settings.ts'
import { tlsTrouble } from '../tls-errors.ts'

/** An answer that is no success. */
export interface InfluxFailure {
  readonly status: number
  /** The server's own words. */
  readonly message: string
  /** The header `Retry-After`. */
  readonly retryAfter?: string | undefined
}

const MAY_PASS = new Set([408, 425, 429])

/** InfluxDB answered, but not with success. `doing` says what was tried: "write points". */
export function failureError(
  settings: InfluxSettings,
  doing: string,
  failure: InfluxFailure,
): RefusedError | UnavailableError {
  const { status, message } = failure
  const said = `InfluxDB at ${settings.url} said ${status}: ${oneLine(message)}`
  const refused = (what: string) => new RefusedError(`Could not ${doing}: ${what}\n  ${said}`)
  const has = (pattern: RegExp) => pattern.test(message)

  if (status === 401)
    return refused(
      settings.token === ''
        ? 'INFLUX_TOKEN is not set, and InfluxDB asks for one (InfluxDB 1: user:password).'
        : 'INFLUX_TOKEN is wrong. It must be a token of this server (InfluxDB 1: user:password).',
    )
  if (status === 403 || has(/not authorized|insufficient permission/i))
    return refused(
      `the token in INFLUX_TOKEN is not allowed to do this in "${settings.bucket}" (INFLUX_BUCKET). ${grantText(settings)}`,
    )
  if (has(/no space left|disk (is )?full|disk quota/i))
    return new UnavailableError(
      `Could not ${doing} for now: the disk of the server at INFLUX_URL is full. Free space there.\n  ${said}`,
    )
  if (has(/organization/i) && status === 404)
    return refused(
      `there is no organisation "${settings.org}" that this token sees. Set INFLUX_ORG, or a token of that organisation as INFLUX_TOKEN.`,
    )
  if (has(/(bucket|database|retention policy|dbrp).*not found|not found.*(bucket|database)/i))
    return refused(
      `"${settings.bucket}" is not there, or INFLUX_TOKEN cannot see it. Set INFLUX_BUCKET (InfluxDB 1: database or database/retention-policy).`,
    )
  if (status >= 500 || MAY_PASS.has(status))
    return new UnavailableError(`Could not ${doing} for now (INFLUX_URL). ${said}`, {
      retryAfterMs: retryAfterMs(failure.retryAfter),
      store: storeOf(settings),
      reason: 'busy',
    })
  if (has(/max-(series|values)-per/i))
    return refused(
      `"${settings.bucket}" may not hold more series. Raise max-series-per-database or max-values-per-tag in InfluxDB's ` +
        'configuration, or give the metric fewer tags.',
    )
  if (has(/tag set is immutable/i))
    return refused(
      'InfluxDB 3 adds no tag to a measurement that it has. Give the metric another name, or set INFLUX_BUCKET to ' +
        'another database.',
    )
  if (has(/type conflict|invalid type|column type|already exists as type|field type/i))
    return refused(
      `"${settings.bucket}" holds a field of this name with another type. Set INFLUX_BUCKET to another bucket, or delete the old measurement.`,
    )
  if (has(/beyond retention|retention policy/i))
    return refused(
      `"${settings.bucket}" does not keep points this old. Give it a longer retention, or set INFLUX_BUCKET to another bucket.`,
    )
  if (status === 413)
    return refused('a server or proxy at INFLUX_URL takes only smaller requests. Raise its limit.')
  return refused(
    `the server refused it. Check INFLUX_URL, and INFLUX_BUCKET ("${settings.bucket}").`,
  )
}

/** What gives all the rights that windrow needs. A token of InfluxDB 1 is `user:password`. */
export function grantText({ bucket, org, token }: InfluxSettings): string {
  const [user, password] = token.split(':')
  if (password !== undefined)
    return `Let an administrator run: GRANT ALL ON "${bucket.split('/')[0]}" TO "${user}"`
  return (
    `Make one that is: influx auth create --org ${org} --read-bucket <id> --write-bucket <id>, ` +
    `with the id that influx bucket list --org ${org} --name ${bucket} shows`
  )
}

/** InfluxDB gave no answer: no connection, connection lost, too slow, or a certificate that is not right. */
export function unreachableError(
  settings: InfluxSettings,
  doing: string,
  error: unknown,
): RefusedError | UnavailableError {
  const trouble = tlsTrouble(rootOf(error), { store: 'INFLUX', address: 'INFLUX_URL' })
  if (trouble !== undefined && settings.url.startsWith('https:'))
    return new RefusedError(
      `Could not ${doing}: InfluxDB at ${settings.url} is not connected to: ${trouble}\n  ${rootCause(error)}`,
    )
  return new UnavailableError(
    `Could not ${doing}: InfluxDB at ${settings.url} cannot be reached (${rootCause(error)}). ` +
      'Start it, or correct INFLUX_URL.',
    { cause: error, store: storeOf(settings) },
  )
}

/** `Retry-After`: seconds, or a date. 0 when there is none. */
export function retryAfterMs(header: string | undefined, nowMs = Date.now()): number {
  if (header === undefined) return 0
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const dateMs = Date.parse(header)
  return Number.isNaN(dateMs) ? 0 : Math.max(0, dateMs - nowMs)
}

const storeOf = ({ url }: InfluxSettings): string => `InfluxDB at ${url}`

const oneLine = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}

function rootOf(error: unknown): Error & { readonly code?: string } {
  if (!(error instanceof Error)) return new Error(String(error))
  return error.cause instanceof Error ? rootOf(error.cause) : error
}
