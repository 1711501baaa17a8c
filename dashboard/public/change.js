// A change against the period before: "▲ +12%", coloured, with the number before for those who ask.
import { element, setText } from './dom.js'
import { formatChange, formatExact } from './format.js'

/** Says nothing until it is told something. */
export function createChange() {
  const arrow = element('span', { 'aria-hidden': 'true' })
  const text = element('span')
  const root = element('span', { class: 'change' }, arrow, text)
  root.hidden = true
  return {
    root,
    /** @param {import('../api.ts').Amount['compared']} compared @param {string} unit */
    update(compared, unit) {
      const change = formatChange(compared)
      root.hidden = change === undefined
      if (change === undefined) return
      setText(arrow, change.direction > 0 ? '▲ ' : change.direction < 0 ? '▼ ' : '• ')
      setText(text, change.text)
      root.dataset.direction = String(change.direction)
      root.title = `${formatExact(compared?.before, unit)} in the period before`
    },
  }
}
