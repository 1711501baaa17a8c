import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explainedIn } from './explained.ts'
import { ROOT, referencePages } from './pages.ts'

describe('the reference', () => {
  test('is what the code says (when this fails: npm run generate:reference)', {
    timeout: 60_000,
  }, async () => {
    for (const { path, text } of await referencePages())
      expect(readFileSync(join(ROOT, path), 'utf8'), path).toBe(text)
  })

  test('leaves nothing unexplained', async () => {
    const bare = (await referencePages()).flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('| ') && line.endsWith('|  |'))
        .map((line) => `${path}: ${line}`),
    )
    expect(bare).toEqual([])
  })
})

test('settings have the comment above them, or that of those they follow', () => {
  const text = '# One,\n# two.\na: 5s\nb: 1\n\n#C=3\n# Inside.\nhttp:\n  port: 80\n'
  expect(explainedIn(text)).toEqual([
    { name: 'a', value: '5s', isSet: true, comment: 'One, two.' },
    { name: 'b', value: '1', isSet: true, comment: 'One, two.' },
    { name: 'C', value: '3', isSet: false, comment: '' },
    { name: 'http', value: '', isSet: true, comment: 'Inside.' },
    { name: 'http.port', value: '80', isSet: true, comment: 'Inside.' },
  ])
})
