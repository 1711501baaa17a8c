// Funnel: steps below each other, each with its share of the first and of the step before; where most are lost is named.
import { createChange } from '../change.js'
import { element, setText } from '../dom.js'
import { formatExact, formatValue } from '../format.js'
import { valueNamed } from '../names.js'
import { biggestDrop, stepsIn } from '../numbers.js'
import { createRows } from '../rows.js'

/** @typedef {import('../../api.ts').FunnelPanel} FunnelPanel */
/** @typedef {ReturnType<typeof stepsIn>[number] & { label: string, unit: string, worst: boolean }} Step */

/** @param {import('../../api.ts').PanelInfo} info */
export function createFunnel(info) {
  const list = element('ol', { class: 'funnel' })
  const words = element('p', { class: 'funnel-words' })
  const show = createRows(list, createStep)
  return {
    root: element('div', { class: 'drawing' }, list, words),
    /** @param {FunnelPanel} panel */
    update(panel) {
      const worst = biggestDrop(panel)
      const steps = stepsIn(panel).map((step, index) => {
        const { label, unit } = valueNamed(info, step.step.name)
        return { ...step, label, unit, worst: index === worst }
      })
      show(steps)
      setText(words, wordsOf(steps, worst))
    },
  }
}

/** @param {readonly Step[]} steps @param {number} worst */
function wordsOf(steps, worst) {
  const overall = steps.at(-1)?.ofFirst
  const all = overall === null || overall === undefined ? '' : `${share(overall)} reach the end. `
  if (worst < 1) return all.trim()
  const lost = share(1 - (steps[worst].ofBefore ?? 0))
  return `${all}Biggest drop: ${lost} leave between “${steps[worst - 1].label}” and “${steps[worst].label}”.`
}

function createStep() {
  const kept = element('span', { class: 'funnel-kept' })
  const label = element('span', { class: 'funnel-label' })
  const value = element('span', { class: 'strong number' })
  const ofFirst = element('span', { class: 'funnel-share number' })
  const change = createChange()
  const fill = element('span', { class: 'funnel-fill' })
  const root = element(
    'li',
    { class: 'funnel-step' },
    kept,
    element('span', { class: 'funnel-head' }, label, change.root, value, ofFirst),
    element('span', { class: 'funnel-track', 'aria-hidden': 'true' }, fill),
  )
  return {
    root,
    /** @param {Step} step */
    update({ step, ofFirst: part, ofBefore, label: text, unit, worst }) {
      setText(label, text)
      setText(value, formatValue(step.now, unit))
      value.title = formatExact(step.now, unit)
      setText(ofFirst, share(part))
      ofFirst.title = 'of the first step'
      kept.hidden = ofBefore === null
      setText(
        kept,
        `${share(ofBefore)} go on, ${share(ofBefore === null ? null : 1 - ofBefore)} leave`,
      )
      root.classList.toggle('worst', worst)
      change.update(step.compared, unit)
      fill.style.width = `${Math.min(1, Math.max(0, part ?? 0)) * 100}%`
    },
  }
}

/** @param {number | null} part */
const share = (part) => formatValue(part, 'percentunit')
