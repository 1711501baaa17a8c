import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Place } from '../../streaming/testing/place.ts'
import { describeLookedAt } from './testing/looked-at.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-looked-at-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let places = 0
describeLookedAt('SQLite', async () => new Place(join(dir, String(places++))))
