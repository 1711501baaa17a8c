import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Place } from '../../streaming/testing/place.ts'
import { describeMended } from './testing/mended.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-mended-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describeMended('SQLite', async () => new Place(dir))
