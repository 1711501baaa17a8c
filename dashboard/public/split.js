// The tag that a panel is split by, to choose from.
import { element } from './dom.js'

/**
 * Undefined where there is nothing to choose.
 * @param {import('../api.ts').PanelInfo} info
 * @param {(tag: string) => void} onChange empty: none
 */
export function createSplit(info, onChange) {
  const none = info.whole ? [{ name: '', label: 'nothing' }] : []
  const tags = [...info.splits, ...none]
  if (info.splits.length === 0 || tags.length < 2) return undefined
  const select = element('select', { 'aria-label': `Split ${info.title} by` })
  for (const { name, label } of tags)
    select.append(element('option', { value: name }, label.toLowerCase()))
  select.value = info.split ?? ''
  select.addEventListener('change', () => onChange(select.value))
  return {
    root: element('label', { class: 'panel-split' }, element('span', {}, 'by'), select),
    /** @param {string | null} split */
    mark(split) {
      select.value = split ?? ''
    },
  }
}
