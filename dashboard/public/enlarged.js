// One panel over the whole window, and back to its place.
import { element } from './dom.js'
import { iconButton } from './icons.js'

/**
 * The function enlarges a panel: its element moves into a dialog, so that it goes on as it is.
 * @param {HTMLElement} parent
 */
export function createEnlarged(parent) {
  const dialog = element('dialog', { class: 'enlarged' })
  const place = document.createComment('enlarged')
  dialog.append(iconButton('close', 'Back to all panels', () => dialog.close()))
  dialog.addEventListener('close', () => {
    const panel = dialog.querySelector('.panel')
    if (panel !== null) place.replaceWith(panel)
  })
  parent.append(dialog)

  /** @param {HTMLElement} panel @param {string} title */
  return (panel, title) => {
    if (dialog.open) return
    panel.replaceWith(place)
    dialog.setAttribute('aria-label', title)
    dialog.append(panel)
    dialog.showModal()
  }
}
