// `npm test`: the whole suite with real services. Brings up those that the selected test files need
// and that do not run yet, runs vitest with their addresses, takes them down in every case, and
// ends with vitest's exit code.
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createVitest, parseCLI } from 'vitest/node'
import { storeVariables } from '../stores/environment.ts'
import { servicesForTests } from './services/for-tests.ts'
import { neededServices } from './services/needs.ts'
import { servicesDir } from './services/running.ts'

const killAfterMs = 10_000
const isCi = process.env.CI === 'true'
const given = process.argv.slice(2)
// Those that take long are asked for: `npm run test:faults`.
const args = given.some((one) => one.startsWith('--project'))
  ? given
  : [...given, '--project=!faults']
const say = (line: string): void => {
  process.stderr.write(`services: ${line}\n`)
}

const stop = new AbortController()
let vitest: ChildProcess | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
// npm that is killed does not pass it on: without it nobody is there any more to see the results.
const npm = process.ppid
const isOrphan = () => process.env.npm_lifecycle_event !== undefined && process.ppid !== npm
setInterval(() => isOrphan() && interrupt(), 1000).unref()
process.exitCode = await main()

/** Ends in order; vitest that does not heed it is ended for certain. */
function interrupt(): void {
  if (stop.signal.aborted) return
  stop.abort()
  signalVitest('SIGTERM')
  setTimeout(() => signalVitest('SIGKILL'), killAfterMs).unref()
}

/** To its whole group: its workers, and the programs that tests have started. */
function signalVitest(name: NodeJS.Signals): void {
  if (vitest?.pid === undefined) return
  try {
    process.kill(-vitest.pid, name)
  } catch {
    // All have ended.
  }
}

async function main(): Promise<number> {
  const services = await servicesForTests({
    needed: neededServices(await selectedFiles()),
    environment: process.env,
    servicesDir: servicesDir(),
    say,
    signal: stop.signal,
  })
  try {
    if (stop.signal.aborted) return 130
    sayMissing(services.missing)
    const code = await runVitest(services.variables)
    if (stop.signal.aborted) {
      signalVitest('SIGKILL')
      return 130
    }
    // Again, below the results: above them it is not read.
    sayMissing(services.missing)
    // A suite that needs it fails by itself (`describeWith`), unless none of its files got that
    // far.
    return isCi && services.missing.length > 0 ? code || 1 : code
  } finally {
    await services.end()
  }
}

async function selectedFiles(): Promise<string[]> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args], { allowUnknownOptions: true })
  const selection = await createVitest('test', { ...options, watch: false, reporters: [] })
  try {
    return (await selection.globTestSpecifications(filter)).map((one) => one.moduleId)
  } finally {
    await selection.close()
  }
}

function sayMissing(missing: readonly { title: string; why: string }[]): void {
  for (const { title, why } of missing) {
    say(`${title} cannot be had: ${why}`)
    say(isCi ? 'with CI=true that is a failure' : `suites that need ${title} are skipped`)
  }
}

async function runVitest(variables: Readonly<Record<string, string>>): Promise<number> {
  const entry = join(
    dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
    'vitest.mjs',
  )
  // Tests say themselves which stores they use: those of the shell one works in must not change
  // results.
  const inherited = Object.entries(process.env).filter(([name]) => !storeVariables.includes(name))
  const env = { ...Object.fromEntries(inherited), ...variables }
  vitest = spawn(process.execPath, [entry, 'run', ...args], {
    stdio: 'inherit',
    env,
    detached: true,
  })
  return await new Promise((resolve) => {
    vitest?.once('error', (error) => {
      say(`vitest cannot be started: ${error.message}`)
      resolve(1)
    })
    vitest?.once('exit', (code) => resolve(code ?? 1))
    if (stop.signal.aborted) signalVitest('SIGTERM')
  })
}
