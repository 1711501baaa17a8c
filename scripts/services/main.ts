// `npm run services:up | services:down | services:status`: real servers for tests and for trying things out.
import { resolve } from 'node:path'
import { Command } from 'commander'
import { runProgram } from '../../kit/program.ts'
import { envFile, usage, writeEnvFile } from './env-file.ts'
import { down, nativeVariables, up } from './native.ts'
import { chooseServices } from './registry.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

await runProgram(async (signal) => {
  const program = new Command('services')
  program
    .command('up [names...]')
    .option('--free-ports')
    .option('--dir <directory>', '', '.windrow/services')
    .action(async (names: string[], o: { freePorts?: boolean; dir: string }) => {
      const dir = resolve(o.dir)
      const outcomes = await up(chooseServices(names), {
        dir,
        freePorts: o.freePorts === true,
        say,
        signal,
      })
      for (const one of outcomes) if (!one.ok) say(`${one.service.name}: ${one.why}`)
      writeEnvFile(dir, nativeVariables(dir))
      process.stdout.write(usage(dir, nativeVariables(dir)))
      if (outcomes.some((one) => !one.ok)) process.exitCode = 1
    })
  program
    .command('down [names...]')
    .option('--purge')
    .option('--dir <directory>', '', '.windrow/services')
    .action(async (names: string[], o: { purge?: boolean; dir: string }) => {
      const dir = resolve(o.dir)
      await down(chooseServices(names), { dir, purge: o.purge === true, say })
      writeEnvFile(dir, nativeVariables(dir))
    })
  await program.parseAsync()
})
void envFile
