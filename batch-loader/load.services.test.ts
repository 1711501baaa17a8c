// Loading into a MariaDB that is killed and frozen meanwhile: everyone is there in the end, and nothing was counted twice.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { systemClock } from '../kit/clock.ts'
import { silentLog } from '../kit/log.ts'
import { describeWith, ownMysqlForTests } from '../scripts/services/testing.ts'
import { ownMariadb } from '../scripts/testing/own-servers.ts'
import { mysqlDemographics } from '../stores/demographics/mysql.ts'
import { seedDemographics } from './load.ts'

const USERS = 60_000

describeWith([ownMysqlForTests()], 'loading into MariaDB', () => {
  it('is complete after kills and silence, and harmless to repeat', async () => {
    const server = await ownMariadb()
    const store = mysqlDemographics(server.address, { silenceMs: 1_000 })
    const context = { store, clock: systemClock, log: silentLog, users: USERS, seed: 7 }
    const restart = async () => {
      await server.kill()
      await server.start()
    }
    const freeze = async () => {
      server.pause()
      await delay(3_000)
      server.resume()
    }
    const outages = [restart, freeze, restart]
    let outage: Promise<void> = Promise.resolve()
    let given = 0
    const done = await seedDemographics({
      ...context,
      onProgress: (_, fraction) => {
        if (fraction < (given + 1) / 4) return
        const begin = outages[given++]
        outage = outage.then(() => begin?.())
      },
    })
    await outage
    expect(given).toBeGreaterThanOrEqual(3)
    expect(done).toMatchObject({ rejected: 0, isComplete: true })
    expect(done.inserted + done.updated).toBe(USERS)
    expect(await store.count()).toBe(USERS)

    const again = await seedDemographics(context)
    expect(again).toEqual({ inserted: 0, updated: USERS, rejected: 0, isComplete: true })
    await store.close()
    await server.end()
  })
})
