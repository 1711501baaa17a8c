import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { describeWith, mysqlForTests } from '../../scripts/services/testing.ts'
import { RunningProgram } from '../../scripts/testing/programs.ts'
import { openCheckpoints } from '../open-checkpoints.ts'
import { storeSettings } from '../settings.ts'

const TAKEOVER_MS = 10_000

/** `newPlace`: the variables of a place of its own. */
function describeFailover(title: string, newPlace: () => Record<string, string>): void {
  const running: RunningProgram[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((program) => program.stop('SIGKILL')))
  })
  /** An instance that works, one that waits for it, and what is saved. */
  const twoInstances = async () => {
    const environment = newPlace()
    const start = () => {
      const program = new RunningProgram('stores/checkpoints/testing/instance.ts', [], environment)
      running.push(program)
      return program
    }
    const first = start()
    await first.until('a third checkpoint', () => savedBy(first).length >= 3)
    const second = start()
    await second.until('its turn', () => second.err.includes('waits for process'))
    return { first, second, start, newest: () => newestIn(environment) }
  }
  const worksFrom = async (program: RunningProgram, epoch: number): Promise<void> => {
    const isWorking = () => program.err.includes(`works in epoch ${epoch} `)
    await program.until('the takeover', isWorking, TAKEOVER_MS)
    await program.until('checkpoints', () => savedBy(program).length >= 3)
  }

  describe(`a job with its checkpoints in ${title}`, () => {
    it('that is killed is taken over from within 10 s, and nothing it saved is missing', async () => {
      const { first, second, newest } = await twoInstances()
      await first.stop('SIGKILL')
      await worksFrom(second, 2)
      const from = Number(/from checkpoint (\d+)/.exec(second.err)?.[1])
      expect(from).toBeGreaterThanOrEqual(savedBy(first).at(-1) as number)
      expect(savedBy(second)[0]).toBe(from + 1)
      expect((await newest()).epoch).toBe('2')
    })

    it('that is frozen is taken over from within 10 s, and saves nothing when it wakes up', async () => {
      const { first, second, newest } = await twoInstances()
      first.freeze()
      await worksFrom(second, 2)
      const from = Number(/from checkpoint (\d+)/.exec(second.err)?.[1])
      first.thaw()
      const { code, err } = await first.ended
      expect(code).toBe(0)
      expect(err).toMatch(/lost: Another instance of this job took over \(.*\n$/)
      expect(savedBy(first).filter((number) => number > from)).toEqual([])
      const before = savedBy(second).length
      await second.until('more checkpoints', () => savedBy(second).length > before + 3)
      expect((await newest()).epoch).toBe('2')
    })

    it('that ends in order is followed at once', async () => {
      const { first, second, start, newest } = await twoInstances()
      expect((await first.stop('SIGTERM')).code).toBe(0)
      await worksFrom(second, 2)
      expect((await second.stop('SIGTERM')).code).toBe(0)
      const third = start()
      await worksFrom(third, 3)
      expect(third.err).not.toContain('waits')
      expect((await newest()).epoch).toBe('3')
    })
  })
}

const savedBy = (program: RunningProgram): number[] =>
  [...program.err.matchAll(/^saved (\d+)$/gm)].map(([, number]) => Number(number))

async function newestIn(environment: Record<string, string>) {
  const checked = storeSettings(environment)
  if (!('value' in checked)) throw new Error(JSON.stringify(checked.problems))
  const store = await openCheckpoints(checked.value, 'instance')
  try {
    const loaded = await store.load()
    return { number: loaded?.number, epoch: String(loaded?.parts[0]) }
  } finally {
    await store.close()
  }
}

const root = mkdtempSync(join(tmpdir(), 'windrow-failover-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let places = 0
describeFailover('a directory', () => ({ WINDROW_DATA: join(root, String(places++)) }))

describeWith([mysqlForTests()], 'with MySQL', ({ host, port, user, password }) => {
  const unique = randomBytes(4).toString('hex')
  const made: string[] = []
  let admin: mysql.Connection
  beforeAll(async () => {
    admin = await mysql.createConnection({ host, port, user, password })
  })
  afterAll(async () => {
    for (const database of made) await admin.query(`DROP DATABASE IF EXISTS \`${database}\``)
    await admin.end()
  })
  describeFailover('MySQL', () => {
    const database = `failover_${unique}_${places++}`
    made.push(database)
    return {
      CHECKPOINTS: 'mysql',
      MYSQL_HOST: host,
      MYSQL_PORT: String(port),
      MYSQL_USER: user,
      MYSQL_PASSWORD: password,
      MYSQL_DATABASE: database,
    }
  })
})
