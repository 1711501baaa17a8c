// What the page says while there is no data at all: what to do next.
import { element } from './dom.js'

const COMMANDS = [
  ['windrow produce', 'sends the events of a simulated shop'],
  ['windrow stream', 'counts them in windows of time'],
]

/** @param {HTMLElement} target @param {string} store description of the points store */
export function fillEmpty(target, store) {
  const steps = COMMANDS.map(([command, does]) =>
    element(
      'li',
      {},
      element('span', { class: 'command' }, element('code', {}, command), copyButton(command)),
      element('span', { class: 'command-does' }, does),
    ),
  )
  target.replaceChildren(
    element('div', { class: 'empty-rows', 'aria-hidden': 'true' }, ...bars()),
    element('h2', { id: 'empty-title' }, 'Waiting for the first numbers'),
    element(
      'p',
      {},
      'The store holds no data yet. Run these, each in its own terminal; this page fills by itself about 15 seconds after the first event.',
    ),
    element('ol', { class: 'commands' }, ...steps),
    element('p', { class: 'empty-store' }, `Looking in: ${store}`),
  )
}

const bars = () => Array.from({ length: 9 }, () => element('span', { class: 'empty-row' }))

/** @param {string} text */
function copyButton(text) {
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
