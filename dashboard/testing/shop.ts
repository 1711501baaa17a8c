// For tests: the e-commerce metrics with short ways to make their points.
import { measurementOf } from '../../data/definitions/metric.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import type { Point } from '../../data/point.ts'
import type { ShownMetric } from '../fold.ts'

export const measurements = smallShop.metrics.map(measurementOf)

/** A metric of the e-commerce pipeline as the dashboard knows it. */
export function shown(name: string): ShownMetric {
  const metric = smallShop.metrics.find((one) => one.name === name)
  if (metric === undefined) throw new Error(`no metric "${name}"`)
  return { ...metric, enrichment: smallShop.enrichment }
}

export const sale = (
  timeMs: number,
  category: string,
  revenue: number,
  orders = 1,
  country = 'US',
): Point => ({
  measurement: 'revenue_by_category',
  tags: { category, country },
  fields: { revenue, orders, items: orders, average_order_value: revenue / orders },
  timeMs,
})

export const visits = (
  timeMs: number,
  age_group: string,
  clicks: number,
  purchases: number,
  gender = 'F',
): Point => ({
  measurement: 'conversion_by_segment',
  tags: { gender, age_group },
  fields: { clicks, purchases, ...(clicks > 0 ? { conversion: purchases / clicks } : {}) },
  timeMs,
})
