// What is wrong, in words, at the top of the page; nothing when all is well.
import { element, setText } from '../dom.js'
import { formatAgo } from '../format.js'
import { createRows } from '../rows.js'
import { commandLine } from './frame.js'
import { timeText } from './words.js'

/** @typedef {import('../../engine/api.ts').Alert} Alert */

/** @type {Alert} */
const LOST = {
  level: 'bad',
  what: 'The dashboard server does not answer.',
  sinceMs: null,
  todo: 'What is below stands still; the page goes on by itself once it is back.',
  command: '',
}

/** @param {HTMLElement} target */
export function createAlerts(target) {
  let nowMs = 0
  /** @type {(alerts: readonly Alert[]) => void} */
  const show = createRows(target, () => {
    const what = element('strong')
    const since = element('span', { class: 'alert-since' })
    const todo = element('p')
    const command = element('p')
    const root = element('article', {}, element('p', {}, what, ' ', since), todo, command)
    let shown = ''
    return {
      root,
      update: (alert) => {
        root.className = `alert ${alert.level}`
        setText(what, alert.what)
        const { sinceMs } = alert
        setText(
          since,
          sinceMs === null
            ? ''
            : `since ${timeText(sinceMs, nowMs)} (${formatAgo(nowMs - sinceMs)})`,
        )
        setText(todo, alert.todo)
        if (shown === alert.command) return
        shown = alert.command
        command.replaceChildren(...(shown === '' ? [] : [commandLine(shown)]))
      },
    }
  })
  return {
    /** @param {readonly Alert[]} alerts @param {number} now @param {boolean} lost no server answers */
    update(alerts, now, lost) {
      nowMs = now
      show(lost ? [LOST, ...alerts] : alerts)
    },
  }
}
