// Runs a program of ours as a user does, by its command line, and tells at its end what it took.
// Arguments: the program's file, from the root; then its own.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { printMeasured } from '../measured.ts'

const [file] = process.argv.splice(2, 1)
process.on('exit', () => printMeasured(0, performance.now()))
await import(pathToFileURL(join(process.cwd(), file)).href)
