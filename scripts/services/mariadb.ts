// MariaDB, which speaks MySQL's protocol: the installed program, run by ourselves with a data
// directory of our own and no configuration of the system.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { aptInstall, canUseApt } from './apt.ts'
import { mysqlVersion } from './probes.ts'
import { outputOf, run, which } from './run.ts'
import { HOST, type Place, type Ports, type Server, type Service } from './service.ts'

const user = 'windrow'
const password = 'windrow'
const database = 'ecommerce'
const serverNames = ['mariadbd'] as const
const initNames = ['mariadb-install-db', 'mysql_install_db'] as const
// The parts of mariadb-server without the system service, which would be started at once.
const packages = ['mariadb-server-core', 'mariadb-client-core']
const toGet =
  `Debian and Ubuntu \`apt-get install ${packages.join(' ')}\` as root, ` +
  'Fedora `dnf install mariadb-server`, macOS `brew install mariadb`'

export const mariadb: Service = {
  name: 'mariadb',
  title: 'MariaDB',
  version: '',
  testName: 'MYSQL',
  testAddress: 'TEST_MYSQL_HOST',

  async available() {
    const server = which(...serverNames)
    if (server !== undefined && which(...initNames) !== undefined) {
      const version = /Ver (\d[\d.]*)/.exec((await outputOf(server, ['--version'])) ?? '')?.[1]
      return {
        state: 'ready',
        how: `installed ${server}${version === undefined ? '' : ` ${version}`}`,
      }
    }
    if (canUseApt())
      return { state: 'installable', how: `installs ${packages.join(', ')} with apt, 20 s` }
    return { state: 'missing', how: `not installed: ${toGet}` }
  },

  async install(context) {
    await aptInstall(packages, context)
  },

  server: serverWith([]),
}

/** The same with more options of the server, for tests. */
export const mariadbWith = (options: readonly string[]): Service => ({
  ...mariadb,
  server: serverWith(options),
})

function serverWith(options: readonly string[]): Server {
  return {
    defaultPorts: { sql: 3306 },
    clientPort: 'sql',
    readyWithinMs: 60_000,

    async prepare(place) {
      const server = which(...serverNames) as string
      const data = join(place.dir, 'data')
      const sql = join(place.dir, 'init.sql')
      writeFileSync(sql, initSql)
      if (!existsSync(data)) await createData(data, place)
      return {
        command: server,
        args: ['--no-defaults', ...serverOptions(data, sql, place.ports), ...options],
      }
    },

    // The file of `--init-file` has been executed before the first connection is greeted.
    probe: async (ports) => await mysqlVersion(ports.sql),

    variables: (ports) => ({
      MYSQL_HOST: HOST,
      MYSQL_PORT: String(ports.sql),
      MYSQL_USER: user,
      MYSQL_PASSWORD: password,
      MYSQL_DATABASE: database,
    }),

    testVariables: (ports) => ({
      TEST_MYSQL_HOST: HOST,
      TEST_MYSQL_PORT: String(ports.sql),
      TEST_MYSQL_USER: user,
      TEST_MYSQL_PASSWORD: password,
      TEST_MYSQL_DATABASE: database,
    }),
  }
}

async function createData(data: string, place: Place): Promise<void> {
  // Moved in place when complete, so that an interrupted start leaves nothing half made.
  const unfinished = `${data}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished)
  const args = [
    '--no-defaults',
    `--datadir=${unfinished}`,
    `--user=${userInfo().username}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  await run(
    {
      label: 'creates its data directory',
      command: which(...initNames) as string,
      args,
      logFile: join(place.dir, 'create-data.txt'),
    },
    place,
  )
  renameSync(unfinished, data)
}

const serverOptions = (data: string, sql: string, ports: Ports): string[] => [
  `--datadir=${data}`,
  `--init-file=${sql}`,
  `--user=${userInfo().username}`,
  `--bind-address=${HOST}`,
  `--port=${ports.sql}`,
  // Relative to the working directory: an absolute path could be longer than a socket's name may
  // be.
  '--socket=mariadb.sock',
  `--pid-file=${join(data, 'mariadb.pid')}`,
  '--skip-name-resolve',
  '--skip-log-bin',
  '--character-set-server=utf8mb4',
  '--innodb-buffer-pool-size=128M',
  // Throw-away data: losing the last second in a power failure is fine, a disk flush per commit is
  // slow.
  '--innodb-flush-log-at-trx-commit=2',
]

const initSql = `CREATE DATABASE IF NOT EXISTS ${database};
CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION;
`
