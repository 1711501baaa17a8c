import { expect, test } from 'vitest'
import { eventSchema } from '../../data/events.generated.ts'
import { benchRecords, EventBytes } from './events.ts'

test('events are written as JSON.stringify writes them, keyed by their user', () => {
  let previous = ''
  for (const { key, value } of benchRecords(2_000, { users: 100_000, seed: 42 })) {
    const text = value.toString()
    const event = JSON.parse(text)
    expect(JSON.stringify(event)).toBe(text)
    expect(event.user_id).toBe(key)
    const known = eventSchema.fields.map(({ name }) => name)
    expect(known).toEqual(expect.arrayContaining(Object.keys(event)))
    expect(event.event_id).not.toBe(previous)
    previous = event.event_id
  }
})

test('the same seed makes the same events, another one others', () => {
  const texts = (seed: number) =>
    [...benchRecords(50, { users: 1_000, seed })].map(({ value }) => `${value}`)
  expect(texts(7)).toEqual(texts(7))
  expect(texts(8)).not.toEqual(texts(7))
})

test('events happen when they are told to, up to two seconds before', () => {
  const nowMs = Date.UTC(2026, 5, 1, 11, 59, 59, 999)
  const events = new EventBytes({ users: 10, seed: 1, products: 3, timeMsOf: () => nowMs })
  const into = Buffer.alloc(600)
  for (let n = 0; n < 200; n++) {
    const event = JSON.parse(into.toString('utf8', 0, events.next(into, 0)))
    const backMs = nowMs - Date.parse(event.event_time)
    expect(backMs).toBeGreaterThanOrEqual(0)
    expect(backMs).toBeLessThan(2_000)
    expect(event.product_id).toMatch(/^p-[012]$/)
  }
})
