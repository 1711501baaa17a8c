// The Yahoo Streaming Benchmark's job in windrow's words: views of ads per campaign in windows of 10 s. (S. Chintapalli et
// al., "Benchmarking Streaming Computation Engines: Storm, Flink and Spark Streaming", IPDPS Workshops 2016.)
import type { Enrichment } from '../../../data/definitions/metric.ts'
import { count, eq, tumbling } from '../../../data/definitions/nodes.ts'
import { definePipeline } from '../../../data/definitions/pipeline.ts'
import { vocabularyOf } from '../../../data/definitions/vocabulary.ts'
import type { EventSchema } from '../../../data/schema.ts'

const TEXTS = ['user_id', 'page_id', 'ad_id', 'ad_type', 'event_type', 'ip_address'] as const

const adSchema = {
  name: 'AdEvent',
  timeField: 'event_time',
  fields: [
    ...TEXTS.map((name) => ({ name, kind: 'string', required: true }) as const),
    { name: 'event_time', kind: 'time', required: true },
  ],
} as const satisfies EventSchema

const campaigns = {
  table: 'campaigns',
  key: 'ad_id',
  fields: ['campaign_id'],
} as const satisfies Enrichment

const { field, defineMetric } = vocabularyOf(adSchema, campaigns)

export const viewsByCampaign = defineMetric({
  name: 'views_by_campaign',
  summary: 'Views of its ads per campaign.',
  where: eq(field('event_type'), 'view'),
  by: ['campaign_id'],
  window: tumbling('10s'),
  values: { views: count() },
  panel: { title: 'Views', value: 'views', unit: 'short', split: 'campaign_id', totals: ['views'] },
})

export const yahoo = definePipeline({
  name: 'yahoo',
  topic: 'yahoo.ads',
  schema: adSchema,
  avroSchema: JSON.stringify({
    type: 'record',
    name: adSchema.name,
    fields: [
      ...TEXTS.map((name) => ({ name, type: 'string' })),
      { name: 'event_time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ],
  }),
  enrichment: campaigns,
  metrics: [viewsByCampaign],
})
