import { expect, it } from 'vitest'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { UnavailableError } from '../../kit/errors.ts'
import { silentLog } from '../../kit/log.ts'
import type { KeptRecord, SetAsideArchive } from '../../stores/dead-letters/dead-letters.ts'
import { buildServer } from '../server.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { switchableStore } from '../testing/switchable-store.ts'
import { letterOf } from './letters.ts'
import { archiveOf, letterRecord } from './testing/letters.ts'

async function withServer(
  open: () => Promise<SetAsideArchive>,
  test: (get: (url: string) => Promise<{ code: number; body: unknown }>) => Promise<void>,
) {
  const engine = { jobUrl: () => undefined, topic: 'shop', openDeadLetters: open }
  const options = { pipeline: ecommerce, points: switchableStore(), log: silentLog, engine }
  const server = buildServer({ ...options, clock: manualClock(0) })
  try {
    await test(async (url) => {
      const response = await server.inject(url)
      return { code: response.statusCode, body: response.json() }
    })
  } finally {
    await server.close()
  }
}

const many: KeptRecord[] = Array.from({ length: 30 }, (_, offset) =>
  letterRecord({ offset, reason: offset % 2 === 0 ? 'json' : 'range' }),
)

it('the newest come first, twenty at most, of one reason or of all', () =>
  withServer(
    async () => archiveOf(many),
    async (get) => {
      const { body } = await get('/api/engine/letters')
      expect(body).toMatchObject({ counts: [{ reason: 'json', count: 15 }, { count: 15 }] })
      const { letters } = body as { letters: { offset: number; reason: string }[] }
      expect(letters).toHaveLength(20)
      expect(letters[0].offset).toBe(29)
      const ranges = (await get('/api/engine/letters?reason=range')).body as typeof body
      expect(ranges).toMatchObject({ letters: expect.not.arrayContaining([{ reason: 'json' }]) })
      expect((ranges as { letters: unknown[] }).letters).toHaveLength(15)
    },
  ))

it('one is shown whole, and one that is not there is a 404 with words', () =>
  withServer(
    async () => archiveOf([letterRecord({ value: Buffer.from('x'.repeat(5_000)) })]),
    async (get) => {
      const { body } = await get('/api/engine/letters')
      expect(body).toMatchObject({ letters: [{ sizeBytes: 5_000, shownBytes: 400 }] })
      const whole = (await get('/api/engine/letters/0/7')).body as { text: string }
      expect(whole.text).toHaveLength(5_000)
      expect(await get('/api/engine/letters/0/8')).toMatchObject({
        code: 404,
        body: { error: expect.stringContaining('no dead letter') },
      })
      for (const place of ['x/1', '0/-1', '0/1e3', '0/1;2'])
        expect((await get(`/api/engine/letters/${place}`)).code, place).toBe(404)
    },
  ))

it('a store that is away is told as such, and asked again', async () => {
  let isAway = true
  const open = async () => {
    if (isAway) throw new UnavailableError('Kafka does not answer; start it')
    return archiveOf([])
  }
  await withServer(open, async (get) => {
    expect(await get('/api/engine/letters')).toEqual({
      code: 503,
      body: { error: 'Kafka does not answer; start it' },
    })
    isAway = false
    expect((await get('/api/engine/letters')).code).toBe(200)
  })
})

it('text shows what would move a cursor or turn writing round; other bytes are hex', () => {
  const text = letterOf(letterRecord({ value: Buffer.from('{"a":1,\n"b":"\u202e\u0007"}') }), 400)
  expect(text).toMatchObject({ isHex: false, text: '{"a":1,\n"b":"\\u202e\\u0007"}' })
  const bytes = letterOf(letterRecord({ value: Buffer.from([0xff, 0x41, 0x42]) }), 2)
  expect(bytes).toMatchObject({ isHex: true, sizeBytes: 3, shownBytes: 2 })
  expect(bytes.text).toMatch(/^00000000 {2}ff 41 .* \.A\n$/)
  expect(letterOf(letterRecord({ value: null }), 9)).toMatchObject({ text: null, sizeBytes: 0 })
})
