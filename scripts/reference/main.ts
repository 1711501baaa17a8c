// `npm run generate:reference`: writes docs/reference. Not a command of `windrow`, which it imports as a whole.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, referencePages } from './pages.ts'

for (const { path, text } of await referencePages()) {
  const file = join(ROOT, path)
  const isChanged = !existsSync(file) || readFileSync(file, 'utf8') !== text
  if (isChanged) writeFileSync(file, text)
  process.stdout.write(`${path}: ${isChanged ? 'written' : 'unchanged'}\n`)
}
