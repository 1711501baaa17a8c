// What Kafka's errors of encryption and login mean: what was got, and which variable to set. None of them is an outage.
import { SPEAKS_TLS } from './kafka-socket.ts'
import type { KafkaSettings } from './settings.ts'
import { tlsTrouble } from './tls-errors.ts'

/** What is looked at of kafkajs's errors. */
export interface KafkaCause {
  readonly name?: string
  /** The broker's name of it. */
  readonly type?: string
  readonly code?: string
  readonly message?: string
}

/** kafkajs calls whatever happens during a login a failed login; these are connections that were lost meanwhile. */
const LOST = /Closed connection|Connection (timeout|error|closed)|timed out|Not connected/

/** Types of broker errors for want of rights. */
const NO_RIGHTS = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
])

/** What is wrong and what to do, from "it" or "user" on; undefined: it is neither encryption nor login nor rights. */
export function accessRefusal(
  { tls, login }: KafkaSettings,
  { name, type = '', code, message = '' }: KafkaCause,
): string | undefined {
  const user = login === undefined ? 'nobody (no login)' : `user "${login.username}"`
  if (NO_RIGHTS.has(type)) return `${user} has no right to. Which ones it needs: docs/security.md.`
  if (type === 'UNSUPPORTED_SASL_MECHANISM')
    return `it has no login by ${login?.mechanism} at this port. Set KAFKA_SASL_MECHANISM to the one that it has.`
  if (type === 'ILLEGAL_SASL_STATE')
    return 'it wants no login at this port. Unset KAFKA_SASL_MECHANISM, or set KAFKA_BROKERS to the port for logins.'
  const isLogin = type === 'SASL_AUTHENTICATION_FAILED' || name === 'KafkaJSSASLAuthenticationError'
  if (isLogin && !LOST.test(message))
    return `it does not let ${user} in. Mend KAFKA_PASSWORD, KAFKA_USERNAME or KAFKA_SASL_MECHANISM (${login?.mechanism}).`
  if (tls === undefined && message.includes(SPEAKS_TLS))
    return 'it speaks TLS at this port. Set KAFKA_TLS=on, or KAFKA_BROKERS to its port without.'
  if (tls === undefined) return undefined
  return tlsTrouble({ code, message }, { store: 'KAFKA', address: 'KAFKA_BROKERS' })
}

/** A connection that is closed without a word is an outage, or else a port for something else: worth asking. */
export function closedHint(
  { tls, login }: KafkaSettings,
  { code, message = '' }: KafkaCause,
): string {
  const isClosed = /Closed connection|closed by the server|before secure/i.test(message)
  if (!isClosed && code !== 'ECONNRESET') return ''
  if (tls !== undefined) return ' If it runs: is this its port for TLS?'
  const orLogin = login === undefined ? ' or a login (KAFKA_SASL_MECHANISM)' : ''
  return ` If it runs: does it want TLS at this port (KAFKA_TLS=on)${orLogin}?`
}
