// The files of a pipeline's metrics, each loaded by itself: of several that are wrong, each is told, with its place.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Metric } from '../../data/definitions/metric.ts'
import type { Problem } from '../../kit/errors.ts'

/** Where the metrics of the e-commerce pipeline are. */
export const METRICS_DIRECTORY = fileURLToPath(new URL('../../data/ecommerce', import.meta.url))

export interface MetricFile {
  /** From the working directory. */
  readonly path: string
  readonly text: string
  /** What it defines; none where it is wrong. */
  readonly metrics: readonly Metric[]
  readonly problem?: Problem
}

/** Loads a module by its URL. */
export type LoadModule = (url: string) => Promise<Record<string, unknown>>

/** As this process has it, however long ago it was loaded. */
export const loadOnce: LoadModule = (url) => import(url)

/** The files of a directory that define metrics. */
export async function loadMetricFiles(
  directory: string,
  loadModule = loadOnce,
): Promise<MetricFile[]> {
  const names = readdirSync(directory).filter((name) => /(?<!\.test)\.ts$/.test(name))
  const files = names.map((name) => ({
    file: join(directory, name),
    text: readFileSync(join(directory, name), 'utf8'),
  }))
  const defining = files.filter(({ text }) => /=\s*defineMetric\(/.test(text))
  return Promise.all(defining.map(({ file, text }) => load(file, text, loadModule)))
}

async function load(file: string, text: string, loadModule: LoadModule): Promise<MetricFile> {
  const path = relative('.', file)
  try {
    const module = await loadModule(pathToFileURL(file).href)
    return { path, text, metrics: Object.values(module).filter(isMetric) }
  } catch (error) {
    const { message } = error as Error
    return { path, text, metrics: [], problem: problemOf(path, text, message) }
  }
}

const isMetric = (value: unknown): value is Metric =>
  typeof value === 'object' && value !== null && 'by' in value && 'window' in value

/** Where a file is wrong: at the name that the message quotes, or at the part that it begins with. */
export function problemOf(path: string, text: string, message: string): Problem {
  const [, line] = /\.ts:(\d+):\d+: ERROR: /.exec(message) ?? []
  // A file that cannot be read as TypeScript: the compiler says where.
  if (line !== undefined)
    return {
      where: `${path}:${line}`,
      what: `no TypeScript: ${message.split('ERROR: ')[1].trim()}`,
    }
  const [, metric, what = message] = /^metric "([^"]*)": (.*)$/s.exec(message) ?? []
  const [, quoted = ''] = /(?:names|got|has) "([^"]+)"/.exec(what) ?? []
  const [, part = ''] = /^([\w.]+)/.exec(what) ?? []
  const found =
    (quoted !== '' &&
      lineOf(text, new RegExp(`['"\`]${escaped(quoted)}['"\`]|\\b${escaped(quoted)}:`))) ||
    lineOf(text, new RegExp(`\\b${escaped(part.split('.').at(-1) ?? '')}:`)) ||
    lineOf(text, /defineMetric\(\{/)
  return {
    where: `${path}:${found || 1}`,
    what: metric === undefined ? what : `${metric}: ${what}`,
  }
}

/** The first line that has it, from 1; 0: none. */
export const lineOf = (text: string, pattern: RegExp): number =>
  text
    .split('\n')
    .findIndex((line) => !line.trimStart().startsWith('import') && pattern.test(line)) + 1

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
