import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { eventSchema } from '../data/events.generated.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { type Log, silentLog } from '../kit/log.ts'
import { parseMapping } from './files/mapping.ts'
import { compileTimeFormat, type TimeReader } from './files/time-format.ts'
import { openReplay, type ReplaySettings, runReplay } from './replay.ts'
import { collectingWriter, temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const never = new AbortController().signal
const T0 = Date.UTC(2026, 0, 31, 12)
const noMapping = parseMapping(eventSchema, [], []).mapping

/** Events `click-<n>` at so many seconds after T0. */
const eventsAt = (seconds: readonly number[]) =>
  seconds.map((second, n) => ({
    event_id: `click-${n}`,
    event_type: 'click',
    user_id: `u${n % 3}`,
    event_time: T0 + second * 1000,
  }))
const ndjson = (values: readonly unknown[]) =>
  values.map((one) => `${JSON.stringify(one)}\n`).join('')

async function replay(
  file: string,
  changes: Partial<ReplaySettings> = {},
  signal = never,
  clock = fakeClock(),
) {
  const told: string[] = []
  const tell = (text: string) => told.push(text)
  const log: Log = { ...silentLog, info: tell, warn: tell }
  const writer = collectingWriter()
  const opened = await openReplay({
    file,
    schema: eventSchema,
    mapping: noMapping,
    isChecked: true,
    order: 'auto',
    speed: Infinity,
    dataDir: `${folder.path}/data`,
    ...changes,
  })
  const progress = await runReplay(opened, { writer, clock, log }, signal)
  return { progress, told, writer, clock, ids: () => writer.events().map((one) => one.event_id) }
}

describe('runReplay', () => {
  const log = eventsAt([1, 2, 3, 2, 4, 5])

  it.each([
    ['log.ndjson', ndjson(log)],
    ['log.json', JSON.stringify(log, null, 2)],
    ['log.ndjson.gz', gzipSync(ndjson(log))],
    [
      'log.csv',
      `event_id,event_type,user_id,event_time\n${log.map((e) => Object.values(e).join()).join('\n')}`,
    ],
  ])('sends the events of %s, with their times, keyed by user', async (name, content) => {
    const { writer, progress } = await replay(folder.write(name, content))
    expect(writer.events()).toEqual(log)
    expect(writer.records().map((one) => one.key)).toEqual(log.map((one) => one.user_id))
    expect(progress).toMatchObject({ sent: 6, rejected: 0, unacknowledged: 0 })
  })

  it('gives every row the same id again, packed or not', async () => {
    const rows = eventsAt([1, 2, 3]).map(({ event_id: _, ...rest }) => rest)
    const first = await replay(folder.write('anonymous.ndjson', ndjson(rows)))
    const again = await replay(folder.write('anonymous.ndjson.gz', gzipSync(ndjson(rows))))
    expect(first.ids()).toEqual(again.ids())
    expect(new Set(first.ids()).size).toBe(3)
  })

  it('rejects rows that cannot be events, by line, and sends the others', async () => {
    const [a, b] = log
    const file = folder.write(
      'mixed.ndjson',
      `${ndjson([a])}{"event_id":\n${ndjson([{ ...b, user_id: '' }, b])}`,
    )
    const { ids, progress, told } = await replay(file)
    expect(ids()).toEqual(['click-0', 'click-1'])
    expect(progress.rejected).toBe(2)
    expect(told).toEqual([
      expect.stringMatching(/^mixed.ndjson, line 2: not valid JSON/),
      'mixed.ndjson, line 3: user_id: expected a value, got none',
    ])
  })

  it('sends them too when unchecked, byte for byte', async () => {
    const file = folder.write('unchecked.ndjson', '{"event_id":\n[1]\n')
    const { writer } = await replay(file, { isChecked: false })
    expect(writer.records().map((one) => String(one.value))).toEqual(['{"event_id":', '[1]'])
  })

  it('replays a foreign CSV file', async () => {
    const file = folder.write(
      'retail.csv',
      'InvoiceNo,Quantity,InvoiceDate,Who\n1,6,12/1/10 8:26,17850\nC2,-1,12/1/10 9:00,17850\n3,2,12/1/10 9:30,\n',
    )
    const { mapping } = parseMapping(
      eventSchema,
      ['user_id=Who,quantity=Quantity,event_time=InvoiceDate,session_id=InvoiceNo'],
      ['event_type=purchase,unit_price=0'],
    )
    const timeReader = compileTimeFormat('M/D/YY H:mm') as TimeReader
    const { writer, progress } = await replay(file, { mapping, timeReader })
    expect(writer.events()).toEqual([
      {
        event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event_type: 'purchase',
        user_id: '17850',
        session_id: '1',
        event_time: Date.UTC(2010, 11, 1, 8, 26),
        quantity: 6,
        unit_price: 0,
      },
    ])
    expect([...progress.rejections.byReason]).toEqual([
      ['range', 1],
      ['missing', 1],
    ])
  })

  it('refuses a CSV file whose columns do not do, before anything is sent', async () => {
    const file = folder.write('foreign.csv', 'who,what\n1,2\n')
    await expect(replay(file)).rejects.toThrow(/use --map user_id=<column>/)
  })

  it('takes only the first rows when limited', async () => {
    const file = folder.write('limited.ndjson', ndjson(log))
    expect((await replay(file, { limit: 2 })).ids()).toEqual(['click-0', 'click-1'])
    expect((await replay(file, { limit: 2, order: 'time' })).progress.sent).toBe(2)
  })
})

describe('order', () => {
  const byUser = eventsAt([10, 20, 30, 0, 11, 21, 31, 1])
  const inTime = [...byUser].sort((a, b) => a.event_time - b.event_time).map((one) => one.event_id)
  const late = eventsAt([10, 20, 30, 1, 40, 50, 60, 70])
  const ids = (events: readonly { event_id: string }[]) => events.map((one) => one.event_id)

  it('auto: a file grouped by something else is replayed in time order, and says so', async () => {
    const { ids: sent, told } = await replay(folder.write('grouped.ndjson', ndjson(byUser)))
    expect(sent()).toEqual(inTime)
    expect(told).toEqual([expect.stringMatching(/^4 of 8 rows are behind .* time order/)])
  })

  it('auto: a log with some late events keeps its order', async () => {
    const { ids: sent, told } = await replay(folder.write('late.ndjson', ndjson(late)))
    expect(sent()).toEqual(ids(late))
    expect(told).toEqual([])
  })

  it('is what it is told to be', async () => {
    const file = folder.write('told.ndjson', ndjson(byUser))
    expect((await replay(file, { order: 'file' })).ids()).toEqual(ids(byUser))
    expect((await replay(file, { order: 'time' })).ids()).toEqual(inTime)
  })
})

describe('pace', () => {
  it('keeps the pauses of the file, divided by the speed', async () => {
    const file = folder.write('paced.ndjson', ndjson(eventsAt([0, 10, 20, 40])))
    const clock = fakeClock(5000)
    await replay(file, { speed: 10 }, never, clock)
    expect(clock.nowMs() - 5000).toBeGreaterThanOrEqual(4000)
    expect(clock.nowMs() - 5000).toBeLessThan(4500)
  })

  it('stops in the middle when told to', async () => {
    const stop = new AbortController()
    const clock = fakeClock(0, (nowMs) => {
      if (nowMs >= 15_000) stop.abort()
    })
    const file = folder.write('stopped.ndjson', ndjson(eventsAt([0, 10, 20, 40])))
    const { ids } = await replay(file, { speed: 1 }, stop.signal, clock)
    expect(ids()).toEqual(['click-0', 'click-1'])
  })
})
