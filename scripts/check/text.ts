// What `windrow check` found, as text: a line for each section, what is wrong under it.
import { grouped } from '../../kit/grouped.ts'
import { bold, dim } from '../../kit/terminal.ts'
import { textTable, visible } from '../../kit/text-table.ts'
import type { SeriesOf } from './metrics.ts'
import type { Level, Section } from './report.ts'

const MARKS: Readonly<Record<Level, string>> = { error: '✗', unavailable: '✗', warning: '!' }

export function* checkText(
  sections: readonly Section[],
  series: readonly SeriesOf[],
  isColoured: boolean,
): Generator<string> {
  const [strong, faint] = isColoured ? [bold, dim] : [plain, plain]
  const width = Math.max(...sections.map(({ name }) => name.length))
  for (const { name, summary, findings } of sections) {
    const mark = findings.some(({ level }) => level !== 'warning')
      ? '✗'
      : findings.length > 0
        ? '!'
        : '✓'
    yield `${mark} ${strong(name.padEnd(width))}  ${faint(visible(summary))}`.trimEnd()
    yield '\n'
    for (const { level, where, what } of findings)
      yield `    ${MARKS[level]} ${where}: ${what.replaceAll('\n', '\n    ')}\n`
  }
  yield '\n'
  if (series.length > 0) yield* seriesText(series)
  yield `${strong(verdict(sections))}\n`
}

const plain = (text: string) => text

function* seriesText(series: readonly SeriesOf[]): Generator<string> {
  const rows = series.map(({ metric, tags, series: count }) => [
    metric,
    count === undefined ? 'not known yet' : grouped(count),
    tags.join(', '),
  ])
  yield* textTable(['metric', 'expected series', 'by'], rows, (column) => column === 1)
  yield '\n'
}

function verdict(sections: readonly Section[]): string {
  const all = sections.flatMap(({ findings }) => findings)
  const warnings = all.filter(({ level }) => level === 'warning').length
  const problems = all.length - warnings
  if (all.length === 0) return 'All is well.'
  const parts = [counted(problems, 'problem'), counted(warnings, 'warning')].filter(
    (one) => one !== '',
  )
  return `${parts.join(', ')}.`
}

const counted = (n: number, what: string) => (n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`)
