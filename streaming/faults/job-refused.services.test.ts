// InfluxDB takes some lines of a write and refuses others: the job says which field and ends, and once that is mended
// nothing is missing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { describeWith, influx2ForTests } from '../../scripts/services/testing.ts'
import { runToEnd } from '../../scripts/testing/programs.ts'
import { influxPoints } from '../../stores/points/influx.ts'
import { ownBucket, removeBucket } from '../../stores/points/influx-testing.ts'
import { balancedBooks, recordsRead } from '../testing/books.ts'
import { Place } from '../testing/place.ts'
import { FILES_START_MS } from '../testing/shop-files.ts'

const EVENTS = { seed: 71, count: 20_000, spanMs: 400_000, disorderMs: 4_990 }
const PARTITIONS = 3

const dir = mkdtempSync(join(tmpdir(), 'windrow-refused-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describeWith([influx2ForTests()], 'a job whose points InfluxDB refuses in part', (influx) => {
  const settings = ownBucket(influx)
  const { url, org, bucket, token } = settings
  afterAll(() => removeBucket(settings))
  const ask = async (path: string, body: string): Promise<void> => {
    const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
    const query = new URLSearchParams({ org, bucket, precision: 'ms' })
    const answer = await fetch(`${url}/api/v2/${path}?${query}`, { method: 'POST', headers, body })
    expect({ path, status: answer.status }).toEqual({ path, status: 204 })
  }

  it('says which field of which measurement and ends, and misses nothing once that is mended', async () => {
    const place = new Place(join(dir, 'refused'), {
      INFLUX_URL: url,
      INFLUX_TOKEN: token,
      INFLUX_ORG: org,
      INFLUX_BUCKET: bucket,
    })
    await place.seed()
    const store = influxPoints(settings)
    await store.prepare()
    await store.close()
    // Somebody has written it as text before.
    await ask('write', `revenue_by_category,category=by-hand orders="many" ${FILES_START_MS}`)
    await place.produce(place.write(EVENTS), PARTITIONS)

    for (let attempt = 0; attempt < 2; attempt++) {
      const { err } = await runToEnd('stream', ['--once'], place.environment, 1)
      expect(err).toMatch(/Could not write points of .*: .* holds a field .* with another type/)
      expect(err).toMatch(/input field "orders" on measurement "revenue_by_category"/)
      expect(err).not.toMatch(/^ +at /m)
    }
    const range = { start: '2000-01-01T00:00:00Z', stop: '2100-01-01T00:00:00Z' }
    const predicate = '_measurement="revenue_by_category"'
    await ask('delete', JSON.stringify({ ...range, predicate }))

    await place.once()
    expect(recordsRead(await balancedBooks(place.environment))).toBe(EVENTS.count)
    await place.expectPointsAsBySql()
  })
})
