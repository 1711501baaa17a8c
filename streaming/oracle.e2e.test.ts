import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { describeWholePath } from './testing/whole-path.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-oracle-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describeWholePath('embedded stores', (name) => ({ dir: join(dir, name), stores: {} }))
