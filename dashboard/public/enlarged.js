// One panel over the whole window, and back to its place.
import { element } from './dom.js'
import { iconButton } from './icons.js'

/**
 * The function enlarges a panel: its element moves into a dialog, so that it goes on as it is. `opener` gets the focus back.
 * @param {HTMLElement} parent
 */
export function createEnlarged(parent) {
  const dialog = element('dialog', { class: 'enlarged', 'aria-label': 'One panel, enlarged' })
  const place = document.createComment('enlarged')
  /** @type {HTMLElement | undefined} */
  let focused
  dialog.append(iconButton('close', 'Back to all panels', () => dialog.close()))
  dialog.addEventListener('close', () => {
    const panel = dialog.querySelector('.panel')
    if (panel !== null) place.replaceWith(panel)
    focused?.focus()
  })
  parent.append(dialog)

  /** @param {HTMLElement} panel @param {HTMLElement} opener */
  return (panel, opener) => {
    if (dialog.open) return
    focused = opener
    panel.replaceWith(place)
    dialog.append(panel)
    dialog.showModal()
  }
}
