import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TestAuthority } from '../scripts/testing/certificates.ts'
import { storeSettings } from './settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-settings-'))
afterAll(() => rmSync(dir, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

const authority = new TestAuthority()
const client = authority.issue({ name: 'windrow' })
const CA = file('ca.pem', authority.cert)
const CERT = file('cert.pem', client.cert)
const KEY = file('key.pem', client.key)
const OTHER_KEY = file('other.pem', authority.issue({ name: 'other' }).key)
const LOCKED = file('locked.pem', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n')
const JKS = file('truststore.jks', '\xfe\xed\xfe\xed')

const KAFKA = { KAFKA_BROKERS: 'a:9093' }
const LOGIN = { ...KAFKA, KAFKA_USERNAME: 'shop', KAFKA_PASSWORD: 'shop-p4ss' }
const MYSQL = { MYSQL_HOST: 'db', MYSQL_USER: 'shop' }

const settingsOf = (environment: Record<string, string>) => {
  const checked = storeSettings(environment)
  if (!('value' in checked)) throw new Error(JSON.stringify(checked.problems))
  return checked.value
}

describe('connections are', () => {
  it('not encrypted and without a login when nothing is said', () => {
    const { kafka, mysql } = settingsOf({ ...KAFKA, ...MYSQL })
    expect(kafka).toEqual({ brokers: ['a:9093'], compression: 'none' })
    expect(mysql?.tls).toBeUndefined()
  })

  it('encrypted by the well-known authorities', () => {
    const { kafka, mysql } = settingsOf({ ...KAFKA, ...MYSQL, KAFKA_TLS: 'on', MYSQL_TLS: 'on' })
    expect([kafka?.tls, mysql?.tls]).toEqual([{ checksName: true }, { checksName: true }])
  })

  it('encrypted by an authority of one’s own, with a certificate of ours', () => {
    const files = (store: string) => ({
      [`${store}_TLS`]: 'on',
      [`${store}_CA_FILE`]: CA,
      [`${store}_CERT_FILE`]: CERT,
      [`${store}_KEY_FILE`]: KEY,
    })
    const { kafka, mysql } = settingsOf({
      ...KAFKA,
      ...MYSQL,
      ...files('KAFKA'),
      ...files('MYSQL'),
    })
    const tls = { checksName: true, ca: authority.cert, client }
    expect([kafka?.tls, mysql?.tls]).toEqual([tls, tls])
  })

  it('logged into as others write it, too', () => {
    const { kafka } = settingsOf({ ...LOGIN, KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512' })
    const login = { mechanism: 'scram-sha-512', username: 'shop', password: 'shop-p4ss' }
    expect(kafka?.login).toEqual(login)
  })

  it('checked for the CA alone only when that is said', () => {
    const { mysql } = settingsOf({ ...MYSQL, MYSQL_TLS: 'verify-ca', MYSQL_CA_FILE: CA })
    expect(mysql?.tls?.checksName).toBe(false)
  })

  it('none where no address is set, whatever else is', () => {
    const files = { KAFKA_TLS: 'on', KAFKA_CA_FILE: 'nowhere', MYSQL_CA_FILE: 'nowhere' }
    expect(settingsOf(files)).not.toHaveProperty('kafka')
  })
})

describe('what makes no sense together is refused, with what to set:', () => {
  const TLS = { ...KAFKA, KAFKA_TLS: 'on' }
  it.each<[string, Record<string, string>, string, RegExp]>([
    [
      'a CA without TLS',
      { ...KAFKA, KAFKA_CA_FILE: CA },
      'KAFKA_TLS',
      /on, as KAFKA_CA_FILE is set/,
    ],
    [
      'a CA with TLS switched off',
      { ...MYSQL, MYSQL_TLS: 'off', MYSQL_CA_FILE: CA },
      'MYSQL_TLS',
      /unset MYSQL_CA_FILE/,
    ],
    [
      'a certificate without key',
      { ...TLS, KAFKA_CERT_FILE: CERT },
      'KAFKA_KEY_FILE',
      /CERT_FILE is/,
    ],
    [
      'a key without certificate',
      { ...TLS, KAFKA_KEY_FILE: KEY },
      'KAFKA_CERT_FILE',
      /KEY_FILE is/,
    ],
    [
      'the key of another certificate',
      { ...TLS, KAFKA_CERT_FILE: CERT, KAFKA_KEY_FILE: OTHER_KEY },
      'KAFKA_KEY_FILE',
      /the key of the certificate beside it/,
    ],
    [
      'a key with a passphrase',
      { ...TLS, KAFKA_CERT_FILE: CERT, KAFKA_KEY_FILE: LOCKED },
      'KAFKA_KEY_FILE',
      /without passphrase \(openssl pkey/,
    ],
    ['a truststore', { ...TLS, KAFKA_CA_FILE: JKS }, 'KAFKA_CA_FILE', /PEM form .*keytool/],
    [
      'a file that is not there',
      { ...TLS, KAFKA_CA_FILE: 'no.pem' },
      'KAFKA_CA_FILE',
      /ENOENT.*no\.pem/,
    ],
    ['verify-ca without a CA', { ...MYSQL, MYSQL_TLS: 'verify-ca' }, 'MYSQL_CA_FILE', /verify-ca/],
    [
      'a CA without https',
      { INFLUX_URL: 'http://i:8086', INFLUX_CA_FILE: CA },
      'INFLUX_URL',
      /expected https, as INFLUX_CA_FILE is set/,
    ],
    ['a login without how', LOGIN, 'KAFKA_SASL_MECHANISM', /plain, scram-sha-256, scram-sha-512/],
    [
      'a mechanism that is none of ours',
      { ...LOGIN, KAFKA_SASL_MECHANISM: 'GSSAPI' },
      'KAFKA_SASL_MECHANISM',
      /one of plain, scram-sha-256, scram-sha-512, got "GSSAPI"/,
    ],
    [
      'no user',
      { ...KAFKA, KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_PASSWORD: 'shop-p4ss' },
      'KAFKA_USERNAME',
      /as KAFKA_SASL_MECHANISM is scram-sha-512/,
    ],
    [
      'no password',
      { ...KAFKA, KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'shop' },
      'KAFKA_PASSWORD',
      /as KAFKA_SASL_MECHANISM is scram-sha-512/,
    ],
    [
      'a password as it is, not encrypted, unless that is said',
      { ...LOGIN, KAFKA_SASL_MECHANISM: 'plain' },
      'KAFKA_TLS',
      /on, or off said so/,
    ],
    ['another word', { ...KAFKA, KAFKA_TLS: 'true' }, 'KAFKA_TLS', /one of on, off, got "true"/],
  ])('%s', (_, environment, where, what) => {
    const { problems } = storeSettings(environment)
    expect(problems).toMatchObject([{ where, what: expect.stringMatching(what) }])
    expect(JSON.stringify(problems)).not.toContain('p4ss')
  })

  it('and may be said: plain, not encrypted', () => {
    const { kafka } = settingsOf({ ...LOGIN, KAFKA_SASL_MECHANISM: 'plain', KAFKA_TLS: 'off' })
    expect(kafka?.tls).toBeUndefined()
  })
})
