// Writes what is generated from other files: the event's types and schema constant from `data/schemas/events.avsc`, and
// the compiled short way of decoding from `streaming/decode/assembly/`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generateAssemblyModule } from './generate-assembly.ts'
import { generateEventModule } from './generate-event.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

function write(name: string, text: string): void {
  writeFileSync(pathOf(name), text)
  process.stdout.write(`wrote ${name}\n`)
}

const avsc = readFileSync(pathOf('data/schemas/events.avsc'), 'utf8')
write('data/events.generated.ts', generateEventModule(avsc))
write('streaming/decode/assembly.generated.ts', await generateAssemblyModule())
