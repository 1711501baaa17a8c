// `windrow start` as a command: what it is asked for. The parts are loaded when they are to run.
import { createCommand } from '../kit/command.ts'
import { runProgram } from '../kit/program.ts'
import type { StartFlags } from './start/everything.ts'

export const program = createCommand('start')
  .description(
    'Starts everything in one terminal: a simulated shop sends events, the streaming job counts them in\n' +
      'event-time windows, the dashboard shows them. Ctrl-C stops it; the next start goes on from there.',
  )
  .option('--port <port>', 'port of the dashboard; the next free one if it is taken', '4000')
  .option(
    '--rate <rate>',
    "events per second on a day's average (default: as producers/config/producer.yaml has it)",
  )
  .option('--json', 'where the page is, as an object')
  .addHelpText(
    'after',
    `
Examples:
  windrow start
  windrow start --port 8080 --rate 500

With nothing configured all data is in SQLite files in .windrow. KAFKA_BROKERS, MYSQL_HOST and INFLUX_URL choose real
stores, each by itself (see .env.example). The parts also run alone: windrow seed, produce, stream, dashboard.`,
  )
  .action((flags: StartFlags) =>
    runProgram(async (signal) => {
      // What comes next takes a moment to load.
      process.stderr.write(
        'windrow starts a simulated shop, the streaming job and the dashboard …\n',
      )
      const { start } = await import('./start/everything.ts')
      await start(flags, signal)
    }),
  )
