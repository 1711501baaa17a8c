// Tags come from events, so from strangers: the page's code has no way to make HTML, code or addresses out of text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const PUBLIC = join(import.meta.dirname, 'public')
const MAKES_MORE_THAN_TEXT =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|document\.write|eval|Function)\b|\.(href|src|cssText)\s*=|setAttribute\('(href|src|style|on\w+)'/

it.each(
  readdirSync(PUBLIC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js')),
)('%s', (name) => {
  const lines = readFileSync(join(PUBLIC, name), 'utf8').split('\n')
  const found = lines.flatMap((line, i) =>
    MAKES_MORE_THAN_TEXT.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line)
      ? [`${i + 1}: ${line}`]
      : [],
  )
  expect(found).toEqual([])
})
