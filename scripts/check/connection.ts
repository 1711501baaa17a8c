// How the connection to a store is made, for people: whether what is sent can be read on the way, and as whom we come.
import type { Encryption } from '../../stores/encryption.ts'
import type { StoreSettings } from '../../stores/settings.ts'

/** " (encrypted, login shop by scram-sha-512)" behind the name of a store; empty where it is a file. */
export function connectionTo(
  store: 'kafka' | 'mysql' | 'influx',
  { kafka, mysql, influx }: StoreSettings,
): string {
  if (store === 'kafka' && kafka !== undefined) {
    const login = kafka.login && `login ${kafka.login.username} by ${kafka.login.mechanism}`
    return inBrackets(encrypted(kafka.tls), ...(login === undefined ? [] : [login]))
  }
  if (store === 'mysql' && mysql !== undefined) return inBrackets(encrypted(mysql.tls))
  if (store === 'influx' && influx !== undefined)
    return inBrackets(influx.url.startsWith('https:') ? 'encrypted' : 'not encrypted')
  return ''
}

function encrypted(tls: Encryption | undefined): string {
  if (tls === undefined) return 'not encrypted'
  const name = tls.checksName ? '' : ', name of the server not checked'
  return `encrypted${tls.client === undefined ? '' : ', with our certificate'}${name}`
}

const inBrackets = (...parts: readonly string[]): string => ` (${parts.join(', ')})`
