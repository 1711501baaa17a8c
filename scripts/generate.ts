// `windrow generate`: writes what is made from other files, which is committed beside them: Grafana's dashboards from the
// metrics, the event's types and schema constant from its Avro schema, the compiled short way of decoding.
import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argument } from 'commander'
import { createCommand } from '../kit/command.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'

const WRITERS: Readonly<Record<string, () => Promise<void>>> = {
  grafana: async () => {
    const { writeGrafana } = await import('../grafana/main.ts')
    writeGrafana(tell)
  },
  events: async () => {
    const { generateEventModule } = await import('./generate-event.ts')
    const avsc = readFileSync(pathOf('data/schemas/events.avsc'), 'utf8')
    write('data/events.generated.ts', generateEventModule(avsc))
  },
  decode: async () => {
    const { generateAssemblyModule } = await import('./generate-assembly.ts')
    write('streaming/decode/assembly.generated.ts', await generateAssemblyModule())
  },
}

export const program = createCommand('generate')
  .description(
    'Writes what is made from other files:\n' +
      "  grafana   Grafana's dashboards, from the metrics in data/\n" +
      '  events    the types of an event, from data/schemas/events.avsc\n' +
      '  decode    the compiled short way of decoding, from streaming/decode/assembly/',
  )
  .addArgument(
    new Argument('[what...]', 'some of them; default: all').choices(Object.keys(WRITERS)),
  )
  .addHelpText(
    'after',
    `
Examples:
  windrow generate
  windrow generate grafana      after a metric was changed`,
  )
  .option('--json', 'an array of objects instead of lines')
  .action((what: readonly string[], { json }: { json?: boolean }) =>
    runProgram(async () => {
      for (const name of what.length > 0 ? what : Object.keys(WRITERS)) await WRITERS[name]()
      if (json) await printJson(told)
      else await print(told.map(lineOf))
    }),
  )

const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

function write(name: string, text: string): void {
  const isChanged = readFileSync(pathOf(name), 'utf8') !== text
  if (isChanged) writeFileSync(pathOf(name), text)
  tell(pathOf(name), isChanged)
}

const told: { file: string; isChanged: boolean }[] = []
const tell = (path: string, isChanged: boolean) =>
  void told.push({ file: relative(process.cwd(), path), isChanged })

const lineOf = ({ file, isChanged }: (typeof told)[number]) =>
  `${file}: ${isChanged ? 'written' : 'unchanged'}\n`
