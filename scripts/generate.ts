// Writes what is generated from other files: the event's types and schema constant from `data/schemas/events.avsc`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generateEventModule } from './generate-event.ts'

const avsc = fileURLToPath(new URL('../data/schemas/events.avsc', import.meta.url))
const module = fileURLToPath(new URL('../data/events.generated.ts', import.meta.url))
writeFileSync(module, generateEventModule(readFileSync(avsc, 'utf8')))
process.stdout.write('wrote data/events.generated.ts\n')
