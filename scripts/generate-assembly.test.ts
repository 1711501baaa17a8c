import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateAssemblyModule } from './generate-assembly.ts'

test('the compiled short way is that of its sources (when this fails: windrow generate)', async () => {
  const path = new URL('../streaming/decode/assembly.generated.ts', import.meta.url)
  expect(readFileSync(path, 'utf8')).toBe(await generateAssemblyModule())
})
