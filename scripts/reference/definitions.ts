// docs/reference/definitions.md: the words a metric is written in, with what their own comments say.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { code, page, table } from './markdown.ts'

const FILES: readonly (readonly [title: string, file: string])[] = [
  ['Values', 'nodes/values.ts'],
  ['Conditions', 'nodes/predicates.ts'],
  ['Numbers', 'nodes/numbers.ts'],
  ['Windows', 'nodes/windows.ts'],
]

/** Used by the engine, not in definitions. */
const INTERNAL = new Set([
  'isComputed',
  'partsOf',
  'stepsOf',
  'isOverlapping',
  'fieldsOfNumber',
  'leavesOf',
])

export const definitionsPage = (): string =>
  page(
    'Definitions',
    'The words a metric is written in, all from `data/definitions/nodes.ts`. Pictures and examples: ' +
      '[windows and values](../windows-and-values.md).',
    ...FILES.flatMap(([title, file]) => [
      `## ${title}`,
      table(['word', 'what it is'], wordsOf(file)),
    ]),
    '## A metric',
    table(['key', 'what it is'], keysOfMetric()),
    '## A panel',
    table(['key', 'what it is'], membersOf('Panel', 'metric.ts')),
    table(['kind', 'what it looks like'], kindsOf('PanelKind', 'metric.ts')),
    '## Only the largest: `top`',
    sentence(docOf(sourceOf('metric.ts'), 'export interface Top ')),
  )

/** Durations are written as text, so what the engine has of them in milliseconds is left out. */
function keysOfMetric(): string[][] {
  const all = [...membersOf('Metric', 'metric.ts'), ...membersOf('MetricInput', 'metric.ts')]
  return [...new Map(all.map((row) => [row[0], row])).values()].filter(([key]) => !/Ms`/.test(key))
}

const sourceOf = (file: string): string =>
  readFileSync(join(import.meta.dirname, '../../data/definitions', file), 'utf8')

const DOC = String.raw`(?:/\*\*((?:(?!\*/)[\s\S])*)\*/\n)`

/** Exported functions and what is said above them. */
function wordsOf(file: string): string[][] {
  const pattern = new RegExp(`${DOC}?export const (\\w+) = \\(([\\s\\S]*?)\\):? ?[^=]*=>`, 'g')
  return [...sourceOf(file).matchAll(pattern)]
    .filter(([, , name]) => !INTERNAL.has(name))
    .map(([, doc = '', name, parameters]) => [code(callOf(name, parameters)), sentence(doc)])
}

/** `sum(of, options)`, parameters without their types. */
function callOf(name: string, parameters: string): string {
  const names = [...parameters.matchAll(/(?:^|,)\s*(\.{3})?(\w+|\{[^}]*\})(\??):/g)].map(
    ([, rest = '', one, optional]) => `${rest}${one}${optional}`,
  )
  const known = parameters.startsWith('options: {') ? ['{ … }'] : names
  return `${name}(${known.join(', ')})`
}

function membersOf(type: string, file: string): string[][] {
  const source = sourceOf(file)
  const start = source.indexOf(`export interface ${type}`)
  const body = source.slice(start, source.indexOf('\n}', start))
  return [...body.matchAll(new RegExp(`(?:  ${DOC})?  readonly (\\w+)(\\??): (.+)`, 'g'))].map(
    ([, doc = '', name, optional]) => [
      code(name) + (optional === '?' ? '' : ', always'),
      sentence(doc) || IN_A_WORD[name] || '',
    ],
  )
}

/** What needs no comment in the code. */
const IN_A_WORD: Readonly<Record<string, string>> = {
  summary: 'A sentence that says what it counts.',
  window: 'One of the windows above.',
  values: 'Values by name, in the order of the columns.',
  panel: 'Its panel.',
  title: 'The heading.',
  by: 'Fields that become tags, in order.',
}

function kindsOf(type: string, file: string): string[][] {
  const source = sourceOf(file)
  const start = source.indexOf(`export type ${type}`)
  const body = source.slice(start, source.indexOf('\n\n', start))
  return [...body.matchAll(new RegExp(`  ${DOC}  \\| '(\\w+)'`, 'g'))].map(([, doc, name]) => [
    code(name),
    sentence(doc),
  ])
}

function docOf(source: string, before: string): string {
  const pattern = new RegExp(`${DOC}${before}`)
  return pattern.exec(source)?.[1] ?? ''
}

const sentence = (doc: string): string => doc.replace(/\s*\n\s*\*? ?/g, ' ').trim()
