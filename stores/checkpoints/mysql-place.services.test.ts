import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll } from 'vitest'
import { describeWith, mysqlForTests } from '../../scripts/services/testing.ts'
import { mysqlCheckpoints } from './mysql-place.ts'
import { describeCheckpointStore } from './testing/conformance.ts'

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
        damage: async (number) => {
          await admin.query(
            `UPDATE ${settings.database}.windrow_checkpoint_chunks SET bytes = 'damaged'
             WHERE job = ? AND content =
               (SELECT content FROM ${settings.database}.windrow_checkpoints WHERE job = ? AND number = ?)`,
            [job, job, number],
          )
        },
      }
    },
    { largeBytes: 20 << 20 },
  )
})
