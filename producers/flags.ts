// The command line of `windrow produce`: which flags there are and what help says. Values are checked in config.ts.

import { createCommand } from '../kit/command.ts'
import { optionOf } from '../kit/suggestions.ts'
import { FILE_FORMATS } from './files/rows.ts'
import { ORDERS } from './replay.ts'

/** Flags as they were written; one that was not given is absent. */
export type Flags = Readonly<Record<string, string | readonly string[] | boolean>>

const EXAMPLES = `
Examples:
  the shop as producer.yaml has it, until Ctrl-C
      windrow produce
  exactly 2,000 events/s for ten minutes, some of them late or broken
      windrow produce --rate 2000 --duration 10m --late-share 0.02 --malformed-share 0.01
  a day of history, as fast as it goes
      windrow produce --start 2026-01-31T00:00:00Z --duration 1d --rate 50 --arrivals daily --speed max
  look at events without sending them
      windrow produce --count 3 --print
  replay a file, ten times faster than it happened
      windrow produce --file events.ndjson.gz --speed 10x
  replay a foreign CSV file
      windrow produce --file retail.csv --time-format 'M/D/YY H:mm' --set event_type=purchase,currency=GBP \\
        --map user_id=CustomerID,product_id=StockCode,quantity=Quantity,unit_price=UnitPrice,event_time=InvoiceDate

Times written without a zone are UTC. Where events go: KAFKA_BROKERS and KAFKA_EVENTS_TOPIC, see .env.example;
without brokers into a SQLite file in WINDROW_DATA.`

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

export function flagsCommand() {
  return createCommand('produce')
    .description('Sends events to the event log: those of a simulated shop, or those of a file.')
    .option('--config <file>', 'settings of the shop (default: producers/config/producer.yaml)')
    .addOption(
      optionOf(
        '--speed <speed>',
        'realtime, 10x (any factor) or max (default: realtime; with --file max)',
        ['realtime', '10x', 'max'],
      ),
    )
    .option('--partitions <n>', 'partitions of the topic when it has to be made')
    .option('--print', 'print events to standard output, a line each, instead of sending them')
    .option('--json', 'what was sent, as an object, at the end')
    .optionsGroup('The simulated shop:')
    .option('--rate <n>', 'records per second, kept exactly')
    .addOption(
      optionOf('--arrivals <kind>', 'daily (follows the hour of the day) or steady', [
        'daily',
        'steady',
      ]),
    )
    .option('--count <n>', 'end after so many records')
    .option('--duration <time>', 'end after so much simulated time: 30s, 10m, 1d')
    .option('--start <time>', 'where the simulated clock starts, ISO 8601 (default: now)')
    .option('--seed <n>', 'the same seed gives the same events')
    .option('--users <n>', 'number of simulated users')
    .option('--products <n>', 'number of products')
    .option('--disorder <time>', 'how far ordinary events may be behind')
    .option('--late-share <share>', 'share of events that are 10 to 120 s late, 0 to 1')
    .option('--duplicate-share <share>', 'share of events sent a second time')
    .option('--malformed-share <share>', 'share of records that are no valid events')
    .option('--unknown-user-share <share>', 'share of visits by users in no demographics')
    .optionsGroup('A file:')
    .option(
      '--file <file>',
      'replay NDJSON, a JSON array or CSV, each also gzip; keeps event times',
    )
    .addOption(
      optionOf(
        '--format <format>',
        `${FILE_FORMATS.join(', ')} (default: by name and content)`,
        FILE_FORMATS,
      ),
    )
    .option('--map <field=Column,…>', 'which columns are which fields', collect)
    .option('--set <field=value,…>', 'the same value for a field in all rows', collect)
    .option(
      '--time-format <format>',
      'how event_time is written: iso, epoch_s, epoch_ms, or tokens: YYYY YY MMM MM M DD D HH H hh h mm m ss s SSS A Z',
    )
    .addOption(
      optionOf(
        '--order <order>',
        `${ORDERS.join(', ')}: auto keeps the file's order unless over a quarter of its rows are behind`,
        ORDERS,
      ),
    )
    .option('--limit <n>', 'only the first so many rows')
    .option('--unchecked', 'send also rows that cannot be events, as they are')
    .addHelpText('after', EXAMPLES)
}
