import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Place } from './testing/place.ts'
import { describeAllMetrics, describeExactPoints, describeRecovery } from './testing/whole-path.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-oracle-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const placeOf = (name: string) => new Place(join(dir, name))

describeExactPoints('embedded stores', placeOf)
describeAllMetrics('embedded stores', placeOf)
describeRecovery('embedded stores', placeOf)
