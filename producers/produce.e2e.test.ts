// `windrow produce` as a user runs it, against the embedded event log, read back through the port.
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { checkEvent } from '../data/event-rules.ts'
import { eventSchema } from '../data/events.generated.ts'
import { openEventLog } from '../stores/open-event-log.ts'
import { readTopic } from './read-topic.ts'
import { temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const TOPIC = 'ecommerce.events'
let runs = 0

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly dataDir: string
}

const environment = (dataDir: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  WINDROW_DATA: dataDir,
})

function produce(args: readonly string[], dataDir = `${folder.path}/data${runs++}`): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['cli/windrow.js', 'produce', ...args],
      { env: environment(dataDir), maxBuffer: 1 << 28 },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr, dataDir }),
    )
  })
}

async function eventsIn(dataDir: string) {
  const log = await openEventLog({ eventsTopic: TOPIC, dataDir })
  try {
    return await readTopic(log, TOPIC)
  } finally {
    await log.close()
  }
}

const parsed = (values: readonly (Uint8Array | null)[]) =>
  values.map((value) => JSON.parse(Buffer.from(value!).toString()) as Record<string, unknown>)

describe('the simulated shop', () => {
  it('puts as many valid events into the log as it says, spread over the partitions', async () => {
    const run = await produce(['--count', '2000', '--rate', '4000', '--partitions', '3'])
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sent 2,000 events in /) })
    expect(run.stderr).toContain(`stores: events SQLite ${run.dataDir}/events.db`)
    const partitions = await eventsIn(run.dataDir)
    expect(partitions.size).toBe(3)
    const events = parsed([...partitions.values()].flat())
    expect(events).toHaveLength(2000)
    expect(events.filter((event) => checkEvent(eventSchema, event) !== undefined)).toEqual([])
    for (const one of partitions.values()) expect(one.length).toBeGreaterThan(200)
  })

  it('prints the same bytes for the same seed and start', async () => {
    const args = [
      '--print',
      '--count',
      '300',
      '--seed',
      '7',
      '--speed',
      'max',
      '--start',
      '2026-01-31',
    ]
    const [first, again] = [await produce(args), await produce(args)]
    expect(first.stdout.trimEnd().split('\n')).toHaveLength(300)
    expect(again.stdout).toBe(first.stdout)
    expect(first.stderr).toContain('--seed 7 repeats it')
  })

  it('sends broken records too when asked', async () => {
    const run = await produce(
      '--count 1000 --rate 1000 --speed max --seed 3 --malformed-share 0.5'.split(' '),
    )
    const values = [...(await eventsIn(run.dataDir)).values()].flat()
    expect(values).toHaveLength(1000)
    expect(values.filter((value) => value === null).length).toBeGreaterThan(0)
    expect(run.stdout).toMatch(/ordinary, 5\d\d malformed|ordinary, 4\d\d malformed/)
  })

  it('ends with a summary and exit code 0 on Ctrl-C, with everything it told in the log', async () => {
    const dataDir = `${folder.path}/stopped`
    const child = spawn(process.execPath, ['cli/windrow.js', 'produce', '--rate', '500'], {
      env: environment(dataDir),
    })
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    const isStarted = new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        if (/ [\d,]+ events · [\d,]+\/s/.test(String(chunk))) resolve()
      })
    })
    await isStarted
    child.kill('SIGINT')
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    const told = Number(/^sent ([\d,]+) events/.exec(stdout)?.[1].replaceAll(',', ''))
    expect(told).toBeGreaterThan(500)
    expect([...(await eventsIn(dataDir)).values()].flat()).toHaveLength(told)
  })
})

describe('a file', () => {
  const shop = [
    'who,visit,what,at,price',
    'u1,s1,home,1/31/26 9:05,',
    'u1,s1,purchase,1/31/26 9:07,2.50',
    'who,visit,what,at,price',
    ',s2,home,1/31/26 9:06,',
    'u2,s3,home,1/31/26 9:08,',
  ].join('\r\n')
  const flags = [
    '--map',
    'user_id=who,session_id=visit,event_type=what,event_time=at,unit_price=price',
    '--set',
    'quantity=1',
    '--time-format',
    'M/D/YY H:mm',
  ]

  it('is replayed into the log; rows that cannot be events are told and kept', async () => {
    const file = folder.write('shop.csv.gz', gzipSync(shop))
    const run = await produce(['--file', file, ...flags, '--partitions', '1'])
    expect(run.code).toBe(0)
    expect(run.stderr).toContain('shop.csv, line 4: event_time: "at" is not written as')
    expect(run.stderr).toContain('shop.csv, line 5: user_id: expected a value, got none')
    expect(run.stdout).toContain('rejected 2 rows that cannot be events (time 1, missing 1)')
    const rejected = readFileSync(`${run.dataDir}/rejected/shop.csv.rejected.ndjson`, 'utf8')
    expect(
      rejected
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).line),
    ).toEqual([4, 5])
    const events = parsed((await eventsIn(run.dataDir)).get(0) ?? [])
    expect(events.map((event) => [event.user_id, event.event_type, event.event_time])).toEqual([
      ['u1', 'home', Date.UTC(2026, 0, 31, 9, 5)],
      ['u1', 'purchase', Date.UTC(2026, 0, 31, 9, 7)],
      ['u2', 'home', Date.UTC(2026, 0, 31, 9, 8)],
    ])
  })

  it('can be replayed twice: the same ids come again', async () => {
    const file = folder.write('twice.csv', shop)
    const first = await produce(['--file', file, ...flags, '--partitions', '1'])
    await produce(['--file', file, ...flags], first.dataDir)
    const ids = parsed((await eventsIn(first.dataDir)).get(0) ?? []).map((event) => event.event_id)
    expect(ids).toHaveLength(6)
    expect(ids.slice(3)).toEqual(ids.slice(0, 3))
  })

  it('is refused with what to do when its columns are not mapped', async () => {
    const run = await produce(['--file', folder.write('unmapped.csv', shop)])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('use --map user_id=<column>')
  })
})

describe('usage', () => {
  it('--help shows flags and examples', async () => {
    const run = await produce(['--help'])
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('--unknown-user-share')
    expect(run.stdout).toContain('Examples')
  })

  it('wrong flags are told all at once, with exit code 2', async () => {
    const run = await produce(['--rate', 'x', '--users', '0'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('2 problems')
    expect((await produce(['--rat', '5'])).code).toBe(2)
  })
})
