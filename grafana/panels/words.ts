// What panels say: names, and what a reader must know of a number. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { labelOf, percentOf } from '../../data/definitions/words.ts'
import { formatDuration } from '../../kit/duration.ts'
import { foldOf } from '../queries/folds.ts'

/** The metric's summary, and what is not plain to see of these values: each note once, for all that it is true of. */
export function describe(metric: Metric, values: readonly string[]): string {
  const { summary, window, top } = metric
  const step = formatDuration(stepsOf(window).sizeMs)
  const about = new Map<string, string[]>()
  for (const value of values)
    for (const note of notesOf(metric, value, step))
      about.set(note, [...(about.get(note) ?? []), labelOf(value)])
  const notes = [...about].map(([note, labels]) => `${labels.join(', ')}: ${note}.`)
  if (top !== undefined)
    notes.push(`What is not among the ${top.count} largest of a window is added up as "other".`)
  return [summary, ...notes].join(' ')
}

function notesOf(metric: Metric, value: string, step: string): string[] {
  const node = metric.values[value]
  const fold = foldOf(metric, node)
  const notes: string[] = []
  if (fold === 'last') notes.push('windows overlap, the last of several is shown')
  if (fold === 'mean') notes.push(`of several windows the mean per window of ${step}`)
  if (node.kind === 'percentile') notes.push(`at most ${percentOf(node.error)} off`)
  if (node.kind === 'approxDistinct')
    notes.push(`an estimate, standard error ${percentOf(node.error)}`)
  return notes
}
