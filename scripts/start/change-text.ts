// What `windrow start` says of definitions that changed while it runs. Pure.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { signatureOf } from '../../streaming/checkpoint/snapshot.ts'
import type { Finding } from '../check/report.ts'
import { changesOf } from '../plan/changes.ts'
import { MARKS } from '../plan/text.ts'

/** "definitions changed (+ sales, ~ visits)". */
export function changeText(before: Pipeline, now: Pipeline): string {
  const saved = new Map(before.metrics.map((metric) => [metric.name, signatureOf(metric)]))
  const changed = changesOf(now.metrics, saved, 'sqlite').filter(({ kind }) => kind !== 'same')
  const marked = changed.map(({ kind, metric }) => `${MARKS[kind]} ${metric}`)
  return `definitions changed (${marked.length > 0 ? marked.join(', ') : 'how they are shown'})`
}

export function wrongText(findings: readonly Finding[]): string {
  const lines = findings.map(({ where, what }) => `\n    ✗ ${where}: ${what}`)
  return `definitions changed and are wrong, so the job goes on with those before (${WINDROW} check):${lines.join('')}`
}
