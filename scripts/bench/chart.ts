// The history of the benchmark as a picture: a panel for each figure, runs from left to right, with its goal. Pure.
import type { Result, ResultFigure } from './results.ts'
import { valueText } from './table.ts'

/** What is drawn, in this order; figures that no run has are left out. */
const PANELS: readonly (readonly [name: string, title: string])[] = [
  ['kafka.cpu', 'CPU ÷ bare consumer, Kafka'],
  ['kafka-light.cpu', 'CPU ÷ bare, duplicates and users off'],
  ['embedded.cpu', 'CPU ÷ bare consumer, embedded log'],
  ['kafka.rate', 'Rate ÷ bare consumer, Kafka'],
  ['kafka-light.rate', 'Rate ÷ bare, duplicates and users off'],
  ['embedded.rate', 'Rate ÷ bare consumer, embedded log'],
  ['latency.p50', 'Window end → InfluxDB, median'],
  ['latency.p99', 'Window end → InfluxDB, 99 %'],
  ['pause.live', 'Pause at 50,000 events/s, 99.9 %'],
  ['memory.peak', 'Peak memory, 10,000 groups'],
  ['start.real', 'Cold start to first event'],
  ['growth.metrics', 'Cost of 30 metrics ÷ 3'],
  ['produce.kafka', 'Produce from a file to Kafka'],
  ['produce.embedded', 'Produce from a file, embedded'],
  ['growth.users', 'Cost of 1,000,000 users ÷ 100,000'],
]

const COLUMNS = 3
const PANEL = { width: 300, height: 150, gap: 28 }
const PLOT = { left: 0, right: 8, top: 52, bottom: 24 }
const MARGIN = { side: 32, top: 84, bottom: 40 }

interface Drawn extends ResultFigure {
  readonly isFull: boolean
  readonly date: string
  readonly commit: string
}

/** An SVG that suits light and dark pages. */
export function historyChart(results: readonly Result[]): string {
  const panels = PANELS.map(([name, title]) => ({ title, runs: runsOf(results, name) })).filter(
    ({ runs }) => runs.length > 0,
  )
  const rows = Math.ceil(panels.length / COLUMNS)
  const width = 2 * MARGIN.side + COLUMNS * PANEL.width + (COLUMNS - 1) * PANEL.gap
  const height = MARGIN.top + rows * (PANEL.height + PANEL.gap) + MARGIN.bottom - PANEL.gap
  const drawn = panels.map(({ title, runs }, n) => {
    const x = MARGIN.side + (n % COLUMNS) * (PANEL.width + PANEL.gap)
    const y = MARGIN.top + Math.floor(n / COLUMNS) * (PANEL.height + PANEL.gap)
    return `<g transform="translate(${x} ${y})">${panel(title, runs)}</g>`
  })
  const note = 'median and range of each run · filled: full run, hollow: quick run · dashed: goal'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>windrow, benchmarks run by run</title>
<style>${STYLE}</style>
<rect class="page" width="${width}" height="${height}" rx="12"/>
<text class="heading" x="${MARGIN.side}" y="40">windrow, benchmarks run by run</text>
<text class="note" x="${MARGIN.side}" y="60">${escaped(`${note}${machines(results)}`)}</text>
${drawn.join('\n')}
</svg>
`
}

const STYLE = [
  'svg{font-family:system-ui,-apple-system,"Segoe UI",sans-serif;font-size:12px;' +
    '--page:#fff;--ink:#1c2230;--soft:#667085;--rule:#e4e7ec;--line:#2563eb;--goal:#0f9d6b;--miss:#c2410c}',
  '@media(prefers-color-scheme:dark){svg{--page:#12161f;--ink:#e6e9f0;--soft:#98a2b3;' +
    '--rule:#2a3140;--line:#6ea8fe;--goal:#3ecf9a;--miss:#fb923c}}',
  '.page{fill:var(--page)}.heading{font-size:18px;font-weight:600;fill:var(--ink)}',
  '.note,.axis{fill:var(--soft)}.axis{font-size:11px}.end{text-anchor:end}',
  '.title{font-weight:600;fill:var(--ink)}.value{font-size:17px;font-weight:600;fill:var(--ink)}',
  '.reached{fill:var(--goal)}.missed{fill:var(--miss)}',
  '.rule{stroke:var(--rule)}.goal{stroke:var(--goal);stroke-dasharray:5 4;stroke-width:1.5}',
  '.line{fill:none;stroke:var(--line);stroke-width:2;stroke-linejoin:round}',
  '.range{stroke:var(--line);stroke-opacity:.35;stroke-width:5;stroke-linecap:round}',
  '.quick{fill:var(--page);stroke:var(--line);stroke-width:2}.full{fill:var(--line)}',
].join('')

function runsOf(results: readonly Result[], name: string): Drawn[] {
  return results.flatMap(({ figures, kind, date, commit }) =>
    figures
      .filter((figure) => figure.name === name)
      .map((figure) => ({ ...figure, isFull: kind === 'full', date, commit })),
  )
}

/** Title and last value, then the runs between the smallest and the largest value, or zero. */
function panel(title: string, runs: readonly Drawn[]): string {
  const last = runs[runs.length - 1]
  const { goal, unit } = last
  const wanted = goal === undefined ? undefined : 'atMost' in goal ? goal.atMost : goal.atLeast
  const top = Math.max(wanted ?? 0, ...runs.map(({ max }) => max)) * 1.05
  const bottomY = PANEL.height - PLOT.bottom
  const y = (value: number) => round(bottomY - (value / top) * (bottomY - PLOT.top))
  const right = PANEL.width - PLOT.right
  // The newest run stands at the right, whether there is one or many.
  const step = (right - PLOT.left - 8) / Math.max(1, runs.length - 1)
  const x = (run: number) => round(right - (runs.length - 1 - run) * step)
  const marks = runs.map((run, n) => {
    const told = `${run.date.slice(0, 16).replace('T', ' ')} ${run.commit}: ${valueText(run.median, unit)}`
    return (
      `<line class="range" x1="${x(n)}" x2="${x(n)}" y1="${y(run.min)}" y2="${y(run.max)}"/>` +
      `<circle class="${run.isFull ? 'full' : 'quick'}" cx="${x(n)}" cy="${y(run.median)}" r="3.5">` +
      `<title>${escaped(told)}</title></circle>`
    )
  })
  const points = runs.map(({ median }, n) => `${x(n)},${y(median)}`).join(' ')
  const word = last.isReached === undefined ? '' : last.isReached ? 'reached' : 'missed'
  const sign = goal !== undefined && 'atMost' in goal ? '≤' : '≥'
  return [
    `<text class="title" y="12">${escaped(title)}</text>`,
    `<text class="value" y="34">${escaped(valueText(last.median, unit))}</text>`,
    wanted === undefined
      ? ''
      : `<text class="${word} end" x="${right}" y="34">goal ${sign} ${escaped(valueText(wanted, unit))}, ${word}</text>`,
    `<line class="rule" x1="0" x2="${right}" y1="${bottomY}" y2="${bottomY}"/>`,
    wanted === undefined
      ? ''
      : `<line class="goal" x1="0" x2="${right}" y1="${y(wanted)}" y2="${y(wanted)}"/>`,
    `<polyline class="line" points="${points}"/>`,
    ...marks,
    `<text class="axis" y="${PANEL.height - 6}">${runs[0].date.slice(0, 10)}</text>`,
    `<text class="axis end" x="${right}" y="${PANEL.height - 6}">${escaped(last.commit)}</text>`,
  ].join('')
}

/** " · AMD EPYC, 2 cores, Node 20": of the last run. */
function machines(results: readonly Result[]): string {
  const last = results[results.length - 1]
  if (last === undefined) return ''
  return ` · ${last.cpu}, ${last.cores} cores, Node ${last.node.replace(/^v(\d+).*/, '$1')}`
}

const round = (value: number): number => Math.round(value * 10) / 10

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)
