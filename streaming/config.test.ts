import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DEFAULT_CONFIG_FILE, streamingConfig } from './config.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-config-'))
afterAll(() => rmSync(dir, { recursive: true }))

function read(yaml: string) {
  const file = join(dir, 'streaming.yaml')
  writeFileSync(file, yaml)
  const checked = streamingConfig(file)
  return 'value' in checked ? checked.value : checked.problems.map(({ what }) => what)
}

test('the file that is read by default says what holds without it', () => {
  expect(streamingConfig(DEFAULT_CONFIG_FILE)).toMatchObject({ value: read('') })
})

describe('http', () => {
  test.each([
    ['', { port: 4100, host: '127.0.0.1' }],
    ['http: { port: 0 }', { port: 0, host: '127.0.0.1' }],
    ['http: { host: 0.0.0.0 }', { port: 4100, host: '0.0.0.0' }],
    ['http: off', undefined],
  ])('%j', (yaml, http) => expect(read(yaml)).toMatchObject({ ...(http && { http }) }))

  test('off serves nothing', () => expect(read('http: off')).not.toHaveProperty('http'))

  test.each([
    ['http: 4100', 'http: expected off, or port and host, got 4100'],
    ['http: { port: 65536 }', 'http.port: expected a port, 0 to 65535, got 65536'],
    ['http: { port: "4100" }', 'http.port: expected a port, 0 to 65535, got "4100"'],
    ['http: { prot: 1 }', '"prot" is not a setting; did you mean "port"?'],
  ])('%j is refused', (yaml, what) => expect(read(yaml)).toEqual([what]))
})
