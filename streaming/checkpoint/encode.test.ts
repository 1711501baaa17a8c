import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  approxDistinct,
  count,
  countDistinct,
  cumulative,
  hopping,
  max,
  min,
  mul,
  percentile,
  sum,
  tumbling,
} from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, purchase, stored } from '../testing/events.ts'
import { ENTRY_WORDS } from '../window/recent-ids.ts'
import { Changes, type Encoding, readSnapshot, saveJob } from './encode.ts'
import { EMPTY_OUTBOX } from './outbox.ts'
import { captureJob, restoreJob, type Snapshot } from './snapshot.ts'

const panel = { title: 'Users', unit: 'short' } as const
const metrics = [
  ...smallShop.metrics,
  defineMetric({
    name: 'users',
    summary: 'Users by product.',
    by: ['product_id'],
    window: tumbling('20s'),
    allowedLateness: '30s',
    values: { users: countDistinct(field('user_id')), items: sum(field('quantity')), n: count() },
    panel: { ...panel, value: 'users' },
  }),
  defineMetric({
    name: 'hops',
    summary: 'Users of overlapping windows.',
    by: ['product_id'],
    window: hopping('20s', { every: '2s' }),
    allowedLateness: '30s',
    values: { users: countDistinct(field('user_id')), n: count() },
    panel: { ...panel, value: 'users' },
  }),
  defineMetric({
    name: 'so_far',
    summary: 'Users so far.',
    by: ['product_id'],
    window: cumulative('40s', { every: '10s' }),
    values: { users: countDistinct(field('user_id')), n: count() },
    panel: { ...panel, value: 'users' },
  }),
  defineMetric({
    name: 'filled',
    summary: 'Zeros too.',
    by: ['product_id'],
    window: tumbling('5s'),
    zerosFor: '20s',
    values: { users: countDistinct(field('user_id')), n: count() },
    panel: { ...panel, value: 'users' },
  }),
  defineMetric({
    name: 'orders',
    summary: 'What orders are like.',
    by: ['product_id'],
    window: tumbling('20s'),
    allowedLateness: '30s',
    values: {
      least: min(field('unit_price'), { decimals: 2 }),
      revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
      most: max(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
      half: percentile(field('unit_price'), 50, { decimals: 2 }),
      people: approxDistinct(field('user_id'), { error: 0.1 }),
      large: percentile(mul(field('quantity'), field('unit_price')), 95, { decimals: 2 }),
    },
    panel: { ...panel, value: 'least' },
  }),
]
const newJob = () =>
  new Job({ ...smallShop, metrics }, JOB_OPTIONS, avroDecoder(smallShop.avroSchema))

const event = fc.record({
  timeMs: fc.nat(90_000),
  user: fc.oneof(fc.nat(6), fc.nat(200)),
  product: fc.nat(4),
  isPurchase: fc.boolean(),
  quantity: fc.constantFrom(1, 3, 2_147_483_647),
  price: fc.constantFrom(0, 0.01, 9.99, 1_234_567.89, 90_000_000_000_000),
})
/** Events of a batch, and whether windows are closed after it, and the state saved. */
const rounds = fc.array(
  fc.record({
    events: fc.array(event, { maxLength: 12 }),
    closes: fc.boolean(),
    saves: fc.constantFrom('not', 'change', 'whole beside'),
  }),
  { maxLength: 25 },
)

/** Text of a code, whichever part says it. */
function textsOf({ texts }: Snapshot): (fieldName: string, code: number) => string {
  const known = new Map<string, string>()
  for (const [name, parts] of texts)
    for (const { codes, texts: saved } of parts)
      for (const [i, code] of codes.entries()) {
        const text = Buffer.from(saved.bytes.slice(saved.ends[i - 1] ?? 0, saved.ends[i]))
        known.set(`${name} ${code}`, text.toString())
      }
  return (name, code) => known.get(`${name} ${code}`) ?? `no text of ${name} ${code}`
}

/** What a snapshot says, in texts instead of codes, and without ids that are forgotten. */
function essence(snapshot: Snapshot) {
  const { recentIds, texts, metrics: saved, ...rest } = snapshot
  const textOf = textsOf(snapshot)
  const windows = metrics.flatMap(({ name, by, values }) => {
    const fields = Object.values(values).filter(({ kind }) => kind !== 'ratio')
    return (saved.get(name)?.windows ?? []).map((window) => ({
      name,
      startMs: window.startMs,
      isClosed: window.isClosed,
      corrected: [...window.corrected],
      slots: [...window.slots],
      keys: window.keys.map((codes, tag) => [...codes].map((code) => textOf(by[tag], code))),
      revisions: [...window.revisions],
      aggregates: window.aggregates.map((one, i) => {
        const { shape } = one
        if (one.shape === 'numbers') return { ...one, numbers: [...one.numbers] }
        if (one.shape === 'blocks') return { shape, words: [...one.words], ends: [...one.ends] }
        const value = fields[i]
        const of = value.kind === 'countDistinct' ? value.of.name : ''
        const ids = [...one.ids].map((code) => textOf(of, code))
        return { shape, slots: [...one.slots], ids }
      }),
    }))
  })
  const tables = metrics.flatMap(({ name, by }) =>
    Object.entries(saved.get(name)?.tables ?? {}).map(([table, { numbers, codes }]) => ({
      name: `${name} ${table}`,
      numbers: numbers.map((column) => [...column]),
      codes: codes.map((column, tag) => [...column].map((code) => textOf(by[tag], code))),
    })),
  )
  return { ...rest, windows, tables, ids: rememberedIn(snapshot) }
}

function rememberedIn({ recentIds }: Snapshot): string[] {
  const { entries, deadlinesMs } = recentIds ?? { entries: [], deadlinesMs: [] }
  const ids: string[] = []
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
    const deadlineMs = deadlinesMs[entries[at + ENTRY_WORDS - 1]]
    if (!Number.isNaN(deadlineMs)) ids.push(`${entries.slice(at, at + 3)} ${deadlineMs}`)
  }
  return ids.sort()
}

const bytesOf = (steps: Encoding): Uint8Array => {
  while (true) {
    const step = steps.next()
    if (step.done === true) return Buffer.concat(step.value)
  }
}

test('a whole state and the changes after it are the state, whatever happened and wherever they begin', () => {
  fc.assert(
    fc.property(rounds, (all) => {
      const job = newJob()
      const changes = new Changes()
      const place = { positions: new Map([[0, 0]]), outbox: EMPTY_OUTBOX, savedAtMs: NOW_MS }
      changes.begin(captureJob(job, place))
      /** Each begins with a whole state; all end with the same. */
      const chains = [[saveJob(job, place)]]
      for (const { events, closes, saves } of all) {
        const values = events.map(({ timeMs, user, product, isPurchase, quantity, price }) => {
          const more = { user_id: `u${user}`, product_id: `p${product}` }
          return isPurchase
            ? purchase(timeMs, { ...more, quantity, unit_price: price })
            : click(timeMs, more)
        })
        job.process(batchOf(values, 0, place.positions.get(0)), NOW_MS)
        place.positions.set(0, (place.positions.get(0) ?? 0) + values.length)
        if (closes) job.closeWindows()
        if (saves === 'not') continue
        const captured = captureJob(job, place)
        const change = bytesOf(changes.encoding(captured))
        for (const chain of chains) chain.push(change)
        const whole = saveJob(job, place)
        const expected = essence(readSnapshot([whole]) as Snapshot)
        for (const chain of chains)
          expect(essence(readSnapshot(chain) as Snapshot)).toEqual(expected)
        if (saves === 'change') continue
        changes.begin(captured)
        chains.push([whole])
      }
      const restored = chains.map((chain) => {
        const other = newJob()
        restoreJob(other, readSnapshot(chain) as Snapshot)
        return stored(other.openPoints())
      })
      expect(new Set(restored.map(String)).size).toBe(1)
      expect(job.ledger.total().rejected).toBe(0)
    }),
    { numRuns: 80 },
  )
})
