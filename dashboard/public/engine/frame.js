// The frame of a part of the engine page, and pieces that several have.
import { element } from '../dom.js'
import { copyButton } from '../empty.js'

/**
 * @param {string} title @param {string} summary @param {number} span of six columns
 * @param {...Node} children
 */
export function frame(title, summary, span, ...children) {
  const head = element(
    'header',
    { class: 'panel-head' },
    element('h3', {}, title),
    element('p', { class: 'part-summary' }, summary),
  )
  return element('section', { class: `panel span-${span}`, 'aria-label': title }, head, ...children)
}

/** Scrolls sideways where there is no room. @param {string} name @param {HTMLTableElement} table */
export const scrolled = (name, table) =>
  element('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': name }, table)

/** @param {readonly { label: string, number?: boolean }[]} columns */
export const headOf = (columns) =>
  element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...columns.map(({ label, number }) =>
        element('th', { scope: 'col', ...(number ? { class: 'number' } : {}) }, label),
      ),
    ),
  )

/** A command to run, with a button that copies it. @param {string} command */
export const commandLine = (command) =>
  element('span', { class: 'command' }, element('code', {}, command), copyButton(command))
