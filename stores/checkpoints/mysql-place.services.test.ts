import { createHash, randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import { describeWith, mysqlForTests, toxiproxyForTests } from '../../scripts/services/testing.ts'
import { openProxy, type ToxicProxy } from '../../scripts/testing/toxiproxy.ts'
import type { CheckpointStore, Lease } from './checkpoint-store.ts'
import { mysqlCheckpoints } from './mysql-place.ts'
import { CHANGES, WHOLES } from './mysql-tables.ts'
import { describeCheckpointStore } from './testing/conformance.ts'
import { manualClock } from './testing/manual-clock.ts'

/** Vitest takes a minute to compare megabytes. */
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describeWith([mysqlForTests()], 'checkpoints in MySQL', (address) => {
  const settings = { ...address, database: `checkpoints_${randomBytes(4).toString('hex')}` }
  let admin: mysql.Connection
  beforeAll(async () => {
    const { host, port, user, password } = address
    admin = await mysql.createConnection({ host, port, user, password })
  })
  afterAll(async () => {
    await admin.query(`DROP DATABASE IF EXISTS \`${settings.database}\``)
    await admin.end()
  })

  let jobs = 0
  describeCheckpointStore(
    'MySQL',
    async () => {
      const job = `job-${jobs++}`
      return {
        open: (clock) => mysqlCheckpoints(settings, job, clock),
        damage: async ({ number, isWhole }) => {
          const table = isWhole ? WHOLES : CHANGES
          await admin.query(
            `UPDATE ${settings.database}.windrow_checkpoint_chunks SET bytes = 'damaged'
             WHERE job = ? AND content =
               (SELECT content FROM ${settings.database}.${table} WHERE job = ? AND number = ?)`,
            [job, job, number],
          )
        },
      }
    },
    { largeBytes: 20 << 20 },
  )

  it('names the variable to mend when it is refused, and never the password', async () => {
    const store = mysqlCheckpoints({ ...settings, password: 'a-wrong-secret' }, 'refused')
    const error = await store.load().catch((thrown) => thrown)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message).toMatch(/MYSQL_PASSWORD/)
    expect(error.message).not.toContain('secret')
    await store.close()
    await store.close()
  })

  describeWith([toxiproxyForTests()], 'through a bad network', (toxiproxy) => {
    let proxy: ToxicProxy
    let store: CheckpointStore
    let lease: Lease
    const clock = manualClock()
    const [small, large] = [Buffer.from('small'), randomBytes(5 << 20)]
    const isUnavailable = async (action: Promise<unknown>) => {
      const error = await action.then(String, (thrown) => thrown)
      expect(error).toBeInstanceOf(UnavailableError)
      expect(error.message).toMatch(/The store of checkpoints \(MySQL 127.*CHECKPOINTS=mysql/s)
    }
    const newest = async () => {
      const loaded = await store.load()
      return { number: loaded?.number, bytes: digestOf(loaded?.parts[0] ?? Buffer.alloc(0)) }
    }

    beforeAll(async () => {
      proxy = await openProxy(toxiproxy, `${address.host}:${address.port}`)
      store = mysqlCheckpoints({ ...settings, host: '127.0.0.1', port: proxy.port }, 'bad', clock)
      lease = await store.acquire({
        owner: 'us',
        signal: new AbortController().signal,
        onWaiting: () => {},
      })
      await lease.save(1, small)
    })
    afterEach(() => proxy.heal())
    afterAll(async () => {
      await store.close()
      await proxy.remove()
    })

    it('waits while the server is away, and goes on when it is back', async () => {
      await proxy.down()
      await isUnavailable(lease.save(2, small))
      await lease.confirm()
      clock.freezeMs(3000)
      await isUnavailable(lease.confirm())
      await isUnavailable(store.load())
      await proxy.heal()
      await lease.confirm()
      await lease.save(2, small)
      expect(await newest()).toEqual({ number: 2, bytes: digestOf(small) })
      expect(lease.lost.aborted).toBe(false)
    })

    it('keeps the checkpoint before a save that was cut in its middle, and nothing of that', async () => {
      await proxy.add({ type: 'limit_data', attributes: { bytes: 2_000_000 } }, 'upstream')
      await isUnavailable(lease.save(3, large))
      await proxy.heal()
      expect(await newest()).toEqual({ number: 2, bytes: digestOf(small) })
      await lease.save(3, large)
      expect(await newest()).toEqual({ number: 3, bytes: digestOf(large) })
      const [rows] = await admin.query<mysql.RowDataPacket[]>(
        `SELECT COUNT(DISTINCT content) AS n FROM ${settings.database}.windrow_checkpoint_chunks
         WHERE job = 'bad'`,
      )
      expect(rows[0].n).toBe(2)
    })

    it('gives up a server that is silent', async () => {
      await proxy.add({ type: 'timeout', attributes: { timeout: 0 } }, 'downstream')
      clock.freezeMs(3000)
      await isUnavailable(lease.confirm())
      await proxy.heal()
      await lease.confirm()
    })
  })
})
