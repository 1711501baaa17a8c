// All panels: sections with headings that fold, one panel enlarged, and drawing only what changed and can be seen.
import { element } from './dom.js'
import { createEnlarged } from './enlarged.js'
import { createFolds } from './folds.js'
import { spansOf } from './layout.js'
import { createPanel } from './panel.js'
import { createStage } from './stage.js'

/** @typedef {import('../api.ts').PipelineInfo} PipelineInfo */
/** @typedef {import('../api.ts').View} View */

/**
 * @param {HTMLElement} target
 * @param {PipelineInfo} info
 * @param {Omit<import('./panel.js').PanelContext, 'enlarge'>} context
 */
export function createBoard(target, info, context) {
  const stage = createStage()
  const enlarge = createEnlarged(document.body)
  const folds = createFolds(`windrow.folded.${info.name}`)
  /** @type {View | undefined} */
  let last
  const panels = info.panels.map((one) => {
    const panel = createPanel(one, { ...context, enlarge })
    return { ...panel, info: one, changed: stage.add(panel.root, panel.draw) }
  })

  for (const section of sectionsOf(panels)) {
    const spans = spansOf(section.panels.map((panel) => panel.info.kind))
    const grid = element('div', { class: 'panels' })
    section.panels.forEach((panel, place) => {
      panel.root.classList.add(`span-${spans[place]}`)
      grid.append(panel.root)
    })
    target.append(section.title === '' ? grid : folds.section(section.title, grid))
  }

  return {
    /** Panels that are the same as before stay as they were, but for the stretch of time. @param {View} view */
    update(view) {
      const moved = last?.fromMs !== view.fromMs || last.toMs !== view.toMs
      last = view
      for (const panel of panels) {
        const next = view.panels.find(({ id }) => id === panel.info.id)
        if (next === undefined || (next === panel.shown() && !(moved && next.kind === 'series')))
          continue
        panel.take(next, view)
        panel.changed()
      }
    },
    recolour() {
      for (const panel of panels) panel.recolour()
    },
  }
}

/**
 * Neighbours with one heading.
 * @template {{ info: { section: string } }} P
 * @param {readonly P[]} panels
 */
function sectionsOf(panels) {
  /** @type {{ title: string, panels: P[] }[]} */
  const sections = []
  for (const panel of panels) {
    const title = panel.info.section
    if (sections.at(-1)?.title === title) sections.at(-1)?.panels.push(panel)
    else sections.push({ title, panels: [panel] })
  }
  return sections
}
