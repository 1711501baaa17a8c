// `npm run bench:check`: fails when the job became more than 20 % slower than it was when the reference was stored. Ratios
// only, each the median of five processes: it needs no quiet machine, no Kafka, and a minute.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createCommand } from '../../kit/command.ts'
import { EXIT } from '../../kit/exit-codes.ts'
import { runProgram } from '../../kit/program.ts'
import { textTable } from '../../kit/text-table.ts'
import { measure } from './children.ts'
import { median } from './figures.ts'
import { RESULTS } from './results.ts'

const REFERENCE = join(RESULTS, 'reference.json')
const SLOWER_MAX = 1.2
const ROUNDS = 5
/** Before it fails, once more and longer, and the better third counts: a neighbour on the machine is no reason. */
const ROUNDS_IN_DOUBT = 9

/** Seconds of CPU, the job's ÷ those of JSON.parse of the same bytes. */
type Ratios = Readonly<Record<string, number>>

/** Other engines parse JSON at another speed: ratios are those of one architecture and major version. */
const ENGINE = `${process.arch}, Node ${process.versions.node.split('.')[0]}`

const WHAT: Readonly<Record<string, string>> = {
  job: 'bytes to windows, all promises on',
  light: 'bytes to windows, duplicates and distinct users off',
}

const program = createCommand('npm run bench:check --')
  .description(
    'Compares what the job costs, as a multiple of JSON.parse of the same bytes, with the stored reference.\n' +
      'Fails when it costs more than 20 % more.',
  )
  .option('--update', 'store what is found as the new reference')

await runProgram(async () => {
  const { update } = program.parse().opts<{ update?: boolean }>()
  if (update === true) return store(await measured(ROUNDS_IN_DOUBT, median))
  const reference = references()[ENGINE]
  if (reference === undefined) {
    const known = Object.keys(references()).join('; ') || 'none'
    process.stdout.write(
      `No reference for ${ENGINE} (there is: ${known}): nothing is compared.\n` +
        '  Store one: npm run bench:check -- --update\n',
    )
    return
  }
  let found = await measured(ROUNDS, median)
  if (slower(found, reference).length > 0) {
    process.stdout.write(`${report(found, reference)}Measured again, with more rounds:\n`)
    found = await measured(ROUNDS_IN_DOUBT, betterThird)
  }
  process.stdout.write(report(found, reference))
  if (slower(found, reference).length === 0) return
  process.stderr.write(
    'The job became slower: find out why (node --cpu-prof), or, when that is meant to be, store the new ratios:\n' +
      '  npm run bench:check -- --update\n',
  )
  process.exitCode = EXIT.failed
})

/** The value that a third of them do not exceed. */
function betterThird(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 3) - 1]
}

/** Each measured in so many processes of its own, and one value made of theirs. */
async function measured(
  rounds: number,
  of: (values: readonly number[]) => number,
): Promise<Ratios> {
  const found: Ratios[] = []
  for (let round = 0; round < rounds; round++) {
    const { more = {} } = await measure('scripts/bench/programs/ratios.ts', [], {})
    found.push(more)
  }
  return Object.fromEntries(
    Object.keys(WHAT).map((name) => [name, of(found.map((ratios) => ratios[name]))]),
  )
}

function slower(found: Ratios, reference: Ratios): string[] {
  return Object.keys(WHAT).filter((name) => found[name] > reference[name] * SLOWER_MAX)
}

function report(found: Ratios, reference: Ratios): string {
  const rows = Object.entries(WHAT).map(([name, what]) => {
    const change = (found[name] / reference[name] - 1) * 100
    const changed = `${change > 0 ? '+' : ''}${change.toFixed(0)} %`
    return [what, found[name].toFixed(3), reference[name].toFixed(3), changed]
  })
  const header = ['CPU ÷ that of JSON.parse', 'now', 'reference', 'change']
  return [...textTable(header, rows, (column) => column > 0)].join('')
}

function references(): Readonly<Record<string, Ratios>> {
  return existsSync(REFERENCE) ? JSON.parse(readFileSync(REFERENCE, 'utf8')) : {}
}

function store(found: Ratios): void {
  const rounded = Object.entries(found).map(([name, ratio]) => [name, Number(ratio.toPrecision(3))])
  const all = { ...references(), [ENGINE]: Object.fromEntries(rounded) }
  writeFileSync(REFERENCE, `${JSON.stringify(all, null, 2)}\n`)
  process.stdout.write(`${JSON.stringify(all[ENGINE])} stored in ${relative('.', REFERENCE)}\n`)
}
