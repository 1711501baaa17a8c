import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, RefusedError, UnavailableError } from './errors.ts'
import { keepSecret, MASKED_FROM_LENGTH, masked } from './secrets.ts'

const SECRET = 'k3pt-Secret/"of"=tests'
keepSecret(SECRET)

describe('a known secret', () => {
  test.each([
    ['as it is', SECRET],
    ['in an address', encodeURIComponent(SECRET)],
    ['in a header', Buffer.from(SECRET).toString('base64')],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
  ])('is hidden %s', (_, form) => expect(masked(`a${form}b ${form}`)).toBe('a******b ******'))

  test('is hidden in all of our errors', () => {
    for (const error of [
      new RefusedError(`said 401: ${SECRET}`),
      new UnavailableError(`said 503: ${SECRET}`),
      new ConfigError([{ where: 'X', what: `got ${SECRET}` }]),
    ]) {
      expect(error.message).toContain('******')
      expect(`${error.message}${error.stack}`).not.toContain(SECRET)
    }
  })

  test('is hidden with what is around it, whatever that is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(masked(before + SECRET + after)).not.toContain(SECRET)
      }),
    )
  })
})

test('of user:password the password alone is hidden too', () => {
  keepSecret('admin:pass-of-admin')
  expect(masked('wrong password pass-of-admin')).toBe('wrong password ******')
})

test('what is as short as a word is left: it would hide words', () => {
  const short = 'x'.repeat(MASKED_FROM_LENGTH - 1)
  keepSecret(short)
  expect(masked(short)).toBe(short)
})

describe('passwords in addresses are hidden, known or not', () => {
  test.each([
    ['INFLUX_URL got "influx://me:pw@host:8086/x"', 'INFLUX_URL got "influx://******@host:8086/x"'],
    ['http://me:p/w@d@host:1 there', 'http://******@host:1 there'],
    ['brokers me:pw@host:9092,b:2', 'brokers ******@host:9092,b:2'],
    ['GET /query?u=me&p=pw&db=x', 'GET /query?u=me&p=******&db=x'],
    ['/api?token=abc', '/api?token=******'],
  ])('%s', (text, expected) => expect(masked(text)).toBe(expected))

  test.each([
    'InfluxDB at http://127.0.0.1:8086 cannot be reached (connect ECONNREFUSED 127.0.0.1:8086)',
    'at file:///work/node_modules/@influxdata/influxdb-client/index.js:12:3',
    'at Object.<anonymous> (/work/node_modules/@fastify/static/index.js:1:1)',
    'mail me@example.com at 10:30:00',
  ])('and nothing else: %s', (text) => expect(masked(text)).toBe(text))
})
