// What a page says while there is nothing to show: what to do next.
import { element } from './dom.js'

/** @typedef {{ title: string, text: string, commands: [command: string, does: string][], note: string }} Steps */

/** @param {HTMLElement} target @param {string} store description of the points store */
export function fillEmpty(target, store) {
  fillSteps(target, {
    title: 'Waiting for the first numbers',
    text: 'The store holds no data yet. Run these, each in its own terminal; this page fills by itself about 15 seconds after the first event.',
    commands: [
      ['windrow produce', 'sends the events of a simulated shop'],
      ['windrow stream', 'counts them in windows of time'],
    ],
    note: `Looking in: ${store}. If both run, the page Engine says what becomes of the events.`,
  })
}

/** @param {HTMLElement} target with the id that its title is named after @param {Steps} steps */
export function fillSteps(target, { title, text, commands, note }) {
  const steps = commands.map(([command, does]) =>
    element(
      'li',
      {},
      element('span', { class: 'command' }, element('code', {}, command), copyButton(command)),
      element('span', { class: 'command-does' }, does),
    ),
  )
  target.replaceChildren(
    element('div', { class: 'empty-rows', 'aria-hidden': 'true' }, ...bars()),
    element('h2', { id: 'empty-title' }, title),
    element('p', {}, text),
    element('ol', { class: 'commands' }, ...steps),
    element('p', { class: 'empty-store' }, note),
  )
}

const bars = () => Array.from({ length: 9 }, () => element('span', { class: 'empty-row' }))

/** @param {string} text */
export function copyButton(text) {
  const button = element(
    'button',
    { type: 'button', class: 'copy', 'aria-label': `Copy “${text}”` },
    'Copy',
  )
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text)
      button.textContent = 'Copied'
    } catch {
      button.textContent = 'Select and copy'
    }
    setTimeout(() => {
      button.textContent = 'Copy'
    }, 2000)
  })
  return button
}
