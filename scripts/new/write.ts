// Writes what makes up a new metric: definition, test, place in the pipeline, generated files. What fails leaves nothing.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Metric } from '../../data/definitions/metric.ts'
import { eventSchema } from '../../data/events.generated.ts'
import { ConfigError } from '../../kit/errors.ts'
import { pointsOf } from '../../streaming/testing/points-of.ts'
import { METRICS_DIRECTORY, problemOf } from '../definitions/metric-files.ts'
import { withMetric } from './pipeline-text.ts'
import { constantOf, fileOf, metricSource, PEOPLE, sampleEvents, testSource } from './source.ts'
import type { Specification } from './specification.ts'

const PIPELINE = join(METRICS_DIRECTORY, 'pipeline.ts')
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Written {
  /** From the working directory. */
  readonly metric: string
  readonly test: string
  /** Absent: it has to be added by hand. */
  readonly pipeline?: string
  readonly generated: readonly string[]
}

export async function writeMetric(spec: Specification): Promise<Written> {
  const file = join(METRICS_DIRECTORY, fileOf(spec.name))
  const test = file.replace(/\.ts$/, '.test.ts')
  for (const path of [file, test])
    if (existsSync(path)) {
      const what = 'is there already; expected another name, or that you remove it'
      throw new ConfigError([{ where: relative('.', path), what }])
    }
  try {
    const source = metricSource(spec, eventSchema)
    writeFileSync(file, source)
    const metric = await loaded(file, source, spec)
    const events = sampleEvents(spec, eventSchema)
    writeFileSync(test, testSource(spec, events, pointsOf(metric, events, PEOPLE)))
  } catch (error) {
    for (const path of [file, test]) rmSync(path, { force: true })
    throw error
  }
  const isListed = addToPipeline(spec)
  format([file, test, ...(isListed ? [PIPELINE] : [])])
  const written = { metric: relative('.', file), test: relative('.', test) }
  if (!isListed) return { ...written, generated: [] }
  return { ...written, pipeline: relative('.', PIPELINE), generated: await generate() }
}

async function loaded(file: string, source: string, { name }: Specification): Promise<Metric> {
  try {
    const module: Record<string, Metric> = await import(pathToFileURL(file).href)
    return module[constantOf(name)]
  } catch (error) {
    throw new ConfigError([problemOf(relative('.', file), source, (error as Error).message)])
  }
}

function addToPipeline({ name }: Specification): boolean {
  const text = withMetric(readFileSync(PIPELINE, 'utf8'), constantOf(name), fileOf(name))
  if (text !== undefined) writeFileSync(PIPELINE, text)
  return text !== undefined
}

/** As the project's own formatter has it; where it is not installed the files are right all the same. */
function format(files: readonly string[]): void {
  const biome = join(ROOT, 'node_modules/.bin/biome')
  if (existsSync(biome))
    spawnSync(biome, ['check', '--write', '--vcs-enabled=false', ...files], {
      cwd: ROOT,
      stdio: 'ignore',
    })
}

/** The pipeline is loaded only now that the metric is in it. */
async function generate(): Promise<string[]> {
  const { writeGrafana } = await import('../../grafana/main.ts')
  const changed: string[] = []
  writeGrafana((path, isChanged) => {
    if (isChanged) changed.push(relative('.', path))
  })
  return [...changed, ...generateReference()]
}

/** As npm run generate:reference does: a program of its own, as it loads all commands. */
function generateReference(): string[] {
  const words = ['--import', 'tsx', 'scripts/reference/main.ts']
  const { stdout } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })
  const written = [...stdout.matchAll(/^(.*): written$/gm)].map(([, path]) => path)
  return written.map((path) => relative('.', join(ROOT, path)))
}
