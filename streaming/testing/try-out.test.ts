import { expect, test } from 'vitest'
import { definePipeline } from '../../data/definitions/pipeline.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { purchase } from './events.ts'
import { tryOut } from './try-out.ts'

test('points are in the order in which they were written, then those of open windows', () => {
  const pipeline = definePipeline({ ...smallShop, metrics: [revenueByCategory] })
  const points = tryOut(pipeline, {
    rows: [['u1', 'F', '18-24', 'DE']],
    events: [purchase(1_000), purchase(16_000), purchase(2_000)],
  })
  expect(points.map(({ tags, fields }) => [tags.country, fields.orders, fields.revision])).toEqual([
    ['DE', 1, 0],
    ['DE', 2, 1],
    ['DE', 1, 0],
  ])
})
