// Runs a command of `windrow` as a user does, by its command line, and tells at its end what it took.
// Arguments: those of `windrow`.
import { printMeasured } from '../measured.ts'

process.on('exit', () => printMeasured(0, performance.now()))
await import('../../../cli/windrow.js')
