// Steps one after the other, each a part of the one before. Pure.
import type { FunnelPanel } from '../api.ts'
import { notesOn, type PanelData, totalsOf } from '../panel-data.ts'
import { valuesOfPanel } from '../panels.ts'

export function funnelOf(data: PanelData): Pick<FunnelPanel, 'steps' | 'notes'> {
  const values = valuesOfPanel(data.panel)
  const of = totalsOf(data, data.counted, undefined, data.compare)
  const steps = values.map((name) => ({ name, ...of('', name) }))
  return {
    steps: steps.some(({ now }) => now !== null) ? steps : [],
    notes: notesOn(data, values, Infinity),
  }
}
