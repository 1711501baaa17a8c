// How long `windrow seed` takes to load 1,000,000 people into an empty MySQL.
import { createPool } from '../../../stores/mysql-connection.ts'
import type { MysqlSettings } from '../../../stores/settings.ts'
import type { Benchmark } from '../bench.ts'
import { measure } from '../children.ts'
import { mysqlEnvironment } from '../environment.ts'

const USERS = 1_000_000
const GOAL_S = 20

export const seed: Benchmark = {
  names: ['seed'],
  needs: ['mysql'],
  run: async ({ mysql, say }) => {
    if (mysql === undefined) return { figures: [] }
    const own = { ...mysql, database: `bench_seed_${process.pid}` }
    const args = ['seed', '--users', String(USERS)]
    try {
      const { workingMs } = await measure(
        'scripts/bench/programs/cli.ts',
        args,
        mysqlEnvironment(own),
      )
      say(`seed: ${USERS} people in ${(workingMs / 1000).toFixed(1)} s`)
      return {
        figures: [
          {
            name: 'seed.time',
            what: '1,000,000 people into an empty MySQL',
            unit: 's',
            values: [workingMs / 1000],
            goal: { atMost: GOAL_S },
          },
        ],
      }
    } finally {
      await dropDatabase(own)
    }
  },
}

async function dropDatabase(settings: MysqlSettings): Promise<void> {
  const pool = createPool(settings)
  try {
    await pool.promise().query(`DROP DATABASE IF EXISTS \`${settings.database}\``)
  } finally {
    await pool.promise().end()
  }
}
