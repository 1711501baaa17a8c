import { describe, expect, test } from 'vitest'
import { isLoopback, isOurHost } from './hosts.ts'

test.each(['localhost', '127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'])(
  '%s is loopback',
  (host) => expect(isLoopback(host)).toBe(true),
)

test.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example.com', ''])(
  '%j is not loopback',
  (host) => expect(isLoopback(host)).toBe(false),
)

describe('a server that listens on 127.0.0.1', () => {
  test.each(['localhost', 'LOCALHOST:4100', '127.0.0.1', '127.0.0.1:4100', '[::1]:4100'])(
    'answers to %s',
    (header) => expect(isOurHost(header, '127.0.0.1')).toBe(true),
  )

  test.each([
    'evil.example',
    'evil.example:4100',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4100',
    'localhost:4100:4100',
    '[::1]evil',
    '127.0.0.1@evil.example',
    '',
    undefined,
  ])('does not answer to %s', (header) => expect(isOurHost(header, '127.0.0.1')).toBe(false))
})

test('a server answers to the address it was told', () => {
  expect(isOurHost('127.0.0.9:4100', '127.0.0.9')).toBe(true)
  expect(isOurHost('127.0.0.8:4100', '127.0.0.9')).toBe(false)
})

test('a server that listens everywhere answers to any name', () => {
  expect(isOurHost('windrow.example', '0.0.0.0')).toBe(true)
  expect(isOurHost('windrow.example', '::')).toBe(true)
})
