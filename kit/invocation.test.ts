import { delimiter } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asTyped, invocationIn, type Place } from './invocation.ts'

const CLONE: Place = {
  program: '/home/me/windrow/cli/windrow.js',
  path: '/usr/bin',
  directory: '/home/me/windrow',
  root: '/home/me/windrow/',
  canRun: () => false,
}
const linked = (file: string) => file === '/usr/bin/windrow'

describe('what people are told to type is', () => {
  test.each<[string, Partial<Place>, string]>([
    ['npx windrow in a clone', {}, 'npx windrow'],
    ['npx windrow in a folder of it', { directory: '/home/me/windrow/docs' }, 'npx windrow'],
    ['npx windrow by npx', { program: '/npx/node_modules/.bin/windrow' }, 'npx windrow'],
    ['windrow where it is linked', { canRun: linked }, 'windrow'],
    ['windrow by a link', { program: '/usr/bin/windrow', canRun: linked }, 'windrow'],
    ['the file elsewhere', { directory: '/home/me/else' }, 'node ../windrow/cli/windrow.js'],
    ['as the manual has it in tests', { program: '/x/vitest.mjs' }, 'windrow'],
  ])('%s', (_, place, expected) => {
    expect(invocationIn({ ...CLONE, ...place })).toBe(expected)
  })

  test('not what only npm finds', () => {
    const npm = '/home/me/windrow/node_modules/.bin'
    const path = [npm, '/usr/bin'].join(delimiter)
    const canRun = (file: string) => file === `${npm}/windrow`
    expect(invocationIn({ ...CLONE, path, canRun })).toBe('npx windrow')
  })
})

test('commands in help are as they are to be typed, sentences and scripts are left alone', () => {
  const text = `Usage: windrow stream [options]
Exact windows, by windrow itself. In a clone \`npx windrow\` runs it.
  windrow stream --once    count (windrow late); others: windrow help exit-codes
  eval "$(windrow completion bash)"
\`windrow seed\` loads them.`
  expect(asTyped(text, 'npx windrow')).toBe(`Usage: npx windrow stream [options]
Exact windows, by windrow itself. In a clone \`npx windrow\` runs it.
  npx windrow stream --once    count (npx windrow late); others: npx windrow help exit-codes
  eval "$(windrow completion bash)"
\`npx windrow seed\` loads them.`)
  expect(asTyped(text, 'windrow')).toBe(text)
})
