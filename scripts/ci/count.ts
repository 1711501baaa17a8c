// `tsx scripts/ci/count.ts <results.json> <exit code>`: prints how many tests passed and failed, as
// "12 0".
import { existsSync, readFileSync } from 'node:fs'
import { countTests } from './count-tests.ts'

const [file, exitCode] = process.argv.slice(2)
const json: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
const { passed, failed } = countTests(json, Number(exitCode))
process.stdout.write(`${passed} ${failed}\n`)
