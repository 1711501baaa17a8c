import { describe, expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { checkMetric, checkRange, checkTime } from './arguments.ts'

const NOW_MS = Date.UTC(2026, 0, 31, 12)

describe('arguments of the commands that look at a job', () => {
  test('times are ISO 8601, epoch milliseconds, or before now', () => {
    const checked = (text: string | undefined) => checkTime('time', text, NOW_MS)
    expect(checked(undefined)).toEqual({ value: undefined, problems: [] })
    for (const text of ['2026-01-31T11:59Z', String(NOW_MS - 60_000), 'now-1m', '-1m'])
      expect(checked(text)).toEqual({ value: NOW_MS - 60_000, problems: [] })
    expect(checked('yesterday').problems[0].what).toContain('epoch milliseconds, got "yesterday"')
  })

  test('a range is open where nothing is said, and not turned round', () => {
    const whole = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
    expect(checkRange({}, NOW_MS)).toEqual({ value: whole, problems: [] })
    expect(checkRange({ from: '-1h', to: 'now' }, NOW_MS)).toMatchObject({
      value: { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS },
    })
    expect(checkRange({ from: 'now', to: '-1h' }, NOW_MS).problems[0].what).toContain('before --to')
    expect(checkRange({ from: 'x', to: 'y' }, NOW_MS).problems).toHaveLength(2)
  })

  test('a misspelt metric is told the nearest name', () => {
    const { problems } = checkMetric('revenue_by_categry', smallShop.metrics)
    expect(problems[0].what).toContain('did you mean "revenue_by_category"?')
    expect(checkMetric('al', smallShop.metrics, ['all']).problems[0].what).toContain('"all"')
  })
})
