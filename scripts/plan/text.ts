// A plan as text: a line for each metric, what becomes of state, points and dashboards, and the commands.
import { formatElapsed } from '../../kit/duration.ts'
import { grouped } from '../../kit/grouped.ts'
import type { Change } from './changes.ts'
import type { Plan } from './planned.ts'

export const MARKS: Readonly<Record<Change['kind'], string>> = {
  new: '+',
  changed: '~',
  same: ' ',
  gone: '-',
}

export function* planText(plan: Plan): Generator<string> {
  const { changes, rebuild, outdated, commands, checkpoint, why } = plan
  yield checkpoint === undefined ? `${why}\n\n` : `against checkpoint ${checkpoint}\n\n`
  const width = Math.max(0, ...changes.map(({ metric }) => metric.length))
  for (const { metric, kind, parts, points } of changes) {
    yield `${MARKS[kind]} ${metric.padEnd(width)}  ${kind}\n`
    for (const part of parts) yield `      ${part}\n`
    for (const one of points) yield `      points: ${one}\n`
  }
  yield '\n'
  if (plan.isNothing) {
    yield 'Nothing to do: the job and the dashboards are as the definitions say.\n'
    return
  }
  if (rebuild !== undefined) yield* rebuildText(plan, rebuild)
  for (const file of outdated) yield `dashboards: ${file} will change\n`
  yield `\nTo do it:\n${commands.map((command) => `  ${command}\n`).join('')}`
}

function* rebuildText(
  { fromMs, changes, checkpoint, rate }: Plan,
  { metrics, records, seconds }: NonNullable<Plan['rebuild']>,
): Generator<string> {
  const since =
    fromMs === undefined ? '' : ` appended since ${new Date(fromMs).toISOString().slice(0, 19)}Z`
  const time =
    rate === undefined || seconds === undefined
      ? 'a moment'
      : `some ${formatElapsed(seconds * 1000)}, at ${grouped(rate.perSecond)} a second as measured now on ${grouped(rate.records)} of them`
  const all = metrics.length === 1 ? metrics[0] : `${metrics.length} metrics`
  yield `state: ${all} computed from the log, ${grouped(records)} records${since}: ${time}\n`
  const same = changes.filter(({ kind }) => kind === 'same').length
  if (checkpoint !== undefined && same > 0)
    yield `state: ${same === 1 ? 'the other metric goes' : `the other ${same} metrics go`} on from the checkpoint, after that\n`
}
