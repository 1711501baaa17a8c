// `npm run services:up | services:down | services:status`: real servers for tests and for trying
// things out, from Docker where its engine answers, else natively.
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { runProgram } from '../../kit/program.ts'
import { bringDown, bringUp } from './actions.ts'
import { chooseServices, servers, services, usualServers } from './registry.ts'
import { servicesDir } from './running.ts'
import { statusRows, table } from './status.ts'

const names = services.map((service) => service.name).join(', ')
const usual = usualServers.map((service) => service.name).join(', ')
const dirOption = () =>
  new Option('--dir <directory>', 'where state and data are kept').default(
    servicesDir(),
    '.windrow/services of the working directory',
  )

await runProgram(async (signal) => {
  const program = new Command('services').description(
    'Real servers on 127.0.0.1 for tests and for trying things out.',
  )
  program
    .command('up')
    .description('get what is not here yet, start what does not run, print how to use it')
    .argument('[names...]', `which ones, of ${names}; when none is named: ${usual}`)
    .addOption(new Option('--docker', 'from docker/docker-compose.yml').conflicts('native'))
    .option('--native', 'without Docker, even if its engine answers')
    .option('--free-ports', 'natively: any free ports, even if the usual ones are free')
    .addOption(dirOption())
    .action(async (wanted: string[], options: UpFlags) => {
      const allWell = await bringUp(chooseServices(wanted, usualServers), {
        named: wanted.length > 0,
        way: options.docker ? 'docker' : options.native ? 'native' : 'either',
        dir: resolve(options.dir),
        freePorts: options.freePorts === true,
        signal,
      })
      if (!allWell) process.exitCode = 1
    })
  program
    .command('down')
    .description('stop what runs')
    .argument('[names...]', `which ones, of ${names}; all when none is named`)
    .option('--purge', 'remove their data too')
    .addOption(dirOption())
    .action(async (wanted: string[], options: { purge?: true; dir: string }) => {
      const dir = resolve(options.dir)
      const named = wanted.length > 0
      const purge = options.purge === true
      await bringDown(chooseServices(wanted, servers), { named, dir, purge })
    })
  program
    .command('status')
    .description('tell what runs where, and how to get what is not here')
    .addOption(dirOption())
    .action(async (options: { dir: string }) => {
      process.stdout.write(table(await statusRows(services, resolve(options.dir))))
    })
  await program.parseAsync()
})

interface UpFlags {
  readonly docker?: true
  readonly native?: true
  readonly freePorts?: true
  readonly dir: string
}
