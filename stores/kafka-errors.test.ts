import { describe, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../kit/errors.ts'
import { kafkaError } from './kafka.ts'
import type { KafkaSettings } from './settings.ts'

const login = { mechanism: 'scram-sha-512', username: 'shop', password: 'shop-p4ss' } as const
const LOGGED_IN: KafkaSettings = { brokers: ['a:9093'], tls: { checksName: true }, login }

const named = (name: string, message: string, more = {}) =>
  Object.assign(new Error(message), { name, ...more })
const afterRetries = (cause: Error) => new Error('Number of retries exceeded', { cause })

describe('a login that failed', () => {
  const failed = (why: string) =>
    named('KafkaJSSASLAuthenticationError', `SASL SCRAM SHA512 authentication failed: ${why}`)

  it.each(['Authentication failed', 'Invalid server signature in server final message'])(
    'as it was refused is refused: %s',
    (why) => {
      expect(kafkaError(LOGGED_IN, 'reading', failed(why))).toBeInstanceOf(RefusedError)
    },
  )

  // kafkajs calls all of them failed logins: a job would end whenever a broker starts anew.
  it.each([
    'Closed connection',
    'Connection error: read ECONNRESET',
    'Request SaslAuthenticate(key: 36, version: 1) timed out',
    'Not connected',
    'Connection closed by the server',
  ])('as the connection was lost is waited for: %s', (why) => {
    expect(kafkaError(LOGGED_IN, 'reading', failed(why))).toBeInstanceOf(UnavailableError)
  })
})

describe('a right that is missing', () => {
  const denied = named('KafkaJSProtocolError', 'Not authorized', {
    type: 'TOPIC_AUTHORIZATION_FAILED',
  })
  it.each<[string, Error]>([
    ['asking about a topic', denied],
    ['after retries', afterRetries(denied)],
    ['making topics', named('KafkaJSAggregateError', 'Topic errors', { errors: [denied] })],
  ])('is refused, with who lacks it: %s', (_, error) => {
    const told = kafkaError(LOGGED_IN, 'writing', error)
    expect(told).toBeInstanceOf(RefusedError)
    expect(told.message).toMatch(/refuses writing: user "shop" has no right to/)
  })
})

describe('encryption', () => {
  const lost = (code: string, why: string) =>
    afterRetries(named('KafkaJSConnectionError', `Connection error: ${why}`, { code }))

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', /KAFKA_CA_FILE/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "Host: a. is not in the cert's altnames", /KAFKA_BROKERS/],
    ['CERT_HAS_EXPIRED', 'certificate has expired', /has expired/],
    ['EPROTO', 'write EPROTO …:SSL routines:ssl3_get_record:wrong version number', /KAFKA_TLS=off/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '…', /KAFKA_CERT_FILE/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', '…', /no version of TLS/],
  ])('that cannot be is refused, with what to set: %s', (code, why, expected) => {
    const told = kafkaError(LOGGED_IN, 'reading', lost(code, why))
    expect(told).toBeInstanceOf(RefusedError)
    expect(told.message).toMatch(expected)
  })

  it('that is not asked for where the server wants it is refused', () => {
    const told = kafkaError(
      { brokers: ['a:9093'] },
      'reading',
      lost('', 'a:9093 answers as TLS does'),
    )
    expect(told).toBeInstanceOf(RefusedError)
    expect(told.message).toMatch(/Set KAFKA_TLS=on/)
  })

  it('an outage stays one', () => {
    const told = kafkaError(LOGGED_IN, 'reading', lost('ECONNREFUSED', 'connect ECONNREFUSED'))
    expect(told).toBeInstanceOf(UnavailableError)
    expect(told.message).not.toMatch(/If it runs/)
  })
})
