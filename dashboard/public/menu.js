// A button that opens a box below itself. Closes with Escape, or when something else is touched.
import { element } from './dom.js'

/** Room that is left at the edges of the window, in pixels. */
const EDGE = 12

/**
 * @param {string} label what the button is for, for screen readers
 * @param {HTMLElement} face what the button shows
 * @param {HTMLElement} content
 * @param {() => void} [onOpen]
 */
export function createMenu(label, face, content, onOpen) {
  const button = element('summary', { class: 'menu-button' }, face)
  // Takes the focus when its ground is clicked, which would go to the page around it otherwise.
  const box = element(
    'div',
    { class: 'menu-box', role: 'group', 'aria-label': label, tabindex: '-1' },
    content,
  )
  const root = element('details', { class: 'menu' }, button, box)
  const close = () => {
    root.open = false
  }

  root.addEventListener('toggle', () => {
    if (!root.open) return
    onOpen?.()
    keepInside(box)
  })
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !root.open) return
    event.stopPropagation()
    close()
    button.focus()
  })
  root.addEventListener('focusout', ({ relatedTarget }) => {
    // Not at once: Chromium crashes when what loses the focus is hidden meanwhile.
    if (relatedTarget instanceof Node && !root.contains(relatedTarget)) setTimeout(close)
  })
  document.addEventListener('pointerdown', ({ target }) => {
    if (root.open && target instanceof Node && !root.contains(target)) close()
  })
  return { root, button, close }
}

/** Moves a box that sticks out of the window. @param {HTMLElement} box */
function keepInside(box) {
  box.style.translate = ''
  const { left, right } = box.getBoundingClientRect()
  const width = document.documentElement.clientWidth
  const out = Math.max(0, right - (width - EDGE))
  const shift = out > 0 ? -Math.min(out, left - EDGE) : Math.max(0, EDGE - left)
  if (shift !== 0) box.style.translate = `${shift}px`
}
