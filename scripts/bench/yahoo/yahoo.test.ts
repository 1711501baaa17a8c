// A second pipeline through the engine, judged by a plain loop: nothing in it knows about shops.
import { expect, test } from 'vitest'
import { batchFromBlobs, encodeValues } from '../../../stores/event-log/batch.ts'
import { avroDecoder } from '../../../streaming/decode/avro.ts'
import { Job } from '../../../streaming/job.ts'
import { Ads, campaignTable } from './ads.ts'
import { countViews } from './judge.ts'
import { yahoo } from './pipeline.ts'

const LIMITS = { valueBytesMax: 1 << 20, maxAheadMs: 300_000, ahead: 'reject' } as const
const NOW_MS = Date.UTC(2026, 6, 1)

test('views per campaign are those a plain loop counts', async () => {
  const ads = new Ads(20, 7)
  const events = [...ads.events(40_000, 1)]
  const job = new Job(yahoo, { ...LIMITS, disorderMs: 5_000 }, avroDecoder(yahoo.avroSchema))
  for await (const { rows } of campaignTable(ads.campaignOf).lookup(['campaign_id'], 0))
    job.table.put(rows)
  const values = events.map((event) => Buffer.from(JSON.stringify(event)))
  const blob = { baseOffset: 0, count: values.length, appendedMs: Number.NaN }
  const { rejected, late } = job.process(
    batchFromBlobs(0, 0, [{ ...blob, bytes: encodeValues(values) }]),
    NOW_MS,
  )
  expect({ rejected, late }).toEqual({ rejected: [], late: [] })
  const points = [...job.closeWindows(), ...job.openPoints()]
  const counted = points.map(({ tags, fields, timeMs }) => [
    `${tags.campaign_id} ${timeMs}`,
    fields.views,
  ])
  expect(new Map(counted as [string, number][])).toEqual(countViews(events, ads.campaignOf))
})
