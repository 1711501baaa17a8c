// `windrow services up | down | status`: real servers for tests and for trying
// things out, from Docker where its engine answers, else natively.

import { resolve } from 'node:path'
import { Option } from 'commander'
import { createCommand } from '../../kit/command.ts'
import { EXIT } from '../../kit/exit-codes.ts'
import { runProgram } from '../../kit/program.ts'
import { printJson } from '../../kit/stdout.ts'
import { argumentOf } from '../../kit/suggestions.ts'
import { bringDown, bringUp } from './actions.ts'
import { chooseServices, servers, services, usualServers } from './registry.ts'
import { servicesDir } from './running.ts'
import { statusRows, table } from './status.ts'

const names = services.map((service) => service.name)
const usual = usualServers.map((service) => service.name).join(', ')
const dirOption = () =>
  new Option('--dir <directory>', 'where state and data are kept').default(
    servicesDir(),
    '.windrow/services of the working directory',
  )

export const program = createCommand('services')
  .description('Real servers on 127.0.0.1 for tests and for trying things out.')
  .addHelpText(
    'after',
    `
Examples:
  windrow services up                     Kafka, MariaDB and InfluxDB 2: from Docker, or natively
  set -a; . .windrow/services/env; set +a   their addresses, for the commands of this terminal
  windrow services status
  windrow services down --purge           and forget what is in them`,
  )
program
  .command('up')
  .description('get what is not here yet, start what does not run, print how to use it')
  .addArgument(
    argumentOf(
      '[names...]',
      `which ones, of ${names.join(', ')}; when none is named: ${usual}`,
      names,
    ),
  )
  .addOption(new Option('--docker', 'from docker/docker-compose.yml').conflicts('native'))
  .option('--native', 'without Docker, even if its engine answers')
  .option('--free-ports', 'natively: any free ports, even if the usual ones are free')
  .option('--json', 'the variables as an object, not as lines for a shell')
  .addOption(dirOption())
  .action((wanted: string[], options: UpFlags) =>
    runProgram(async (signal) => {
      const allWell = await bringUp(chooseServices(wanted, usualServers), {
        named: wanted.length > 0,
        way: options.docker ? 'docker' : options.native ? 'native' : 'either',
        dir: resolve(options.dir),
        freePorts: options.freePorts === true,
        isJson: options.json === true,
        signal,
      })
      if (!allWell) process.exitCode = EXIT.failed
    }),
  )
program
  .command('down')
  .description('stop what runs')
  .addArgument(
    argumentOf('[names...]', `which ones, of ${names.join(', ')}; all when none is named`, names),
  )
  .option('--purge', 'remove their data too')
  .addOption(dirOption())
  .action((wanted: string[], options: { purge?: true; dir: string }) =>
    runProgram(async () => {
      const dir = resolve(options.dir)
      const named = wanted.length > 0
      const purge = options.purge === true
      await bringDown(chooseServices(wanted, servers), { named, dir, purge })
    }),
  )
program
  .command('status')
  .description('tell what runs where, and how to get what is not here')
  .option('--json', 'an array of objects instead of a table')
  .addOption(dirOption())
  .action((options: { dir: string; json?: true }) =>
    runProgram(async () => {
      const rows = await statusRows(services, resolve(options.dir))
      if (options.json) await printJson(rows)
      else process.stdout.write(table(rows))
    }),
  )

interface UpFlags {
  readonly docker?: true
  readonly native?: true
  readonly freePorts?: true
  readonly json?: true
  readonly dir: string
}
