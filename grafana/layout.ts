// Where panels are, in Grafana's grid of 24 columns: from left to right, each line filled to its end. Pure.
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { COLUMNS, type Drawn } from './sdk/panel.ts'

/** Panels that stand together, all of one height. */
export interface Section {
  /** Empty: no heading. */
  readonly title: string
  readonly drawn: readonly Drawn[]
  readonly height: number
}

export type Placed = Panel | RowPanel

/** Sections below each other, numbered in their order: the ids that links and alerts name. */
export function laidOut(sections: readonly Section[]): Placed[] {
  const placed: Placed[] = []
  let y = 0
  for (const { title, drawn, height } of sections) {
    if (title !== '') {
      const gridPos = { x: 0, y, w: COLUMNS, h: 1 }
      placed.push(
        new RowBuilder(title)
          .gridPos(gridPos)
          .id(placed.length + 1)
          .build(),
      )
      y += 1
    }
    for (const line of linesOf(drawn)) {
      let x = 0
      for (const { panel, width } of line) {
        placed.push({ ...panel, id: placed.length + 1, gridPos: { x, y, w: width, h: height } })
        x += width
      }
      y += height
    }
  }
  return placed
}

/** As many panels as fit into each line, widened evenly until they fill it. */
function linesOf(drawn: readonly Drawn[]): Drawn[][] {
  const lines: Drawn[][] = []
  let left = 0
  for (const one of drawn) {
    if (one.width > left) {
      lines.push([])
      left = COLUMNS
    }
    lines[lines.length - 1].push(one)
    left -= one.width
  }
  return lines.map(filled)
}

function filled(line: readonly Drawn[]): Drawn[] {
  const wanted = line.reduce((sum, { width }) => sum + width, 0)
  let before = 0
  return line.map((one) => {
    const start = Math.round((before * COLUMNS) / wanted)
    before += one.width
    return { ...one, width: Math.round((before * COLUMNS) / wanted) - start }
  })
}
