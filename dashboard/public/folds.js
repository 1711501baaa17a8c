// Sections that fold: a heading that is a button. What is folded is remembered on this machine.
import { element } from './dom.js'

/** @param {string} key in the browser's storage */
export function createFolds(key) {
  const folded = new Set(remembered(key))
  return {
    /** @param {string} title @param {HTMLElement} content */
    section(title, content) {
      const id = `section-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
      const button = element(
        'button',
        { type: 'button', class: 'fold', 'aria-controls': id },
        title,
      )
      content.id = id
      const show = () => {
        content.hidden = folded.has(title)
        button.setAttribute('aria-expanded', String(!content.hidden))
      }
      button.addEventListener('click', () => {
        if (!folded.delete(title)) folded.add(title)
        remember(key, [...folded])
        show()
      })
      show()
      return element(
        'section',
        { class: 'section', 'aria-label': title },
        element('h2', { class: 'section-title' }, button),
        content,
      )
    },
  }
}

/** @param {string} key @returns {string[]} */
function remembered(key) {
  try {
    const titles = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(titles) ? titles.filter((title) => typeof title === 'string') : []
  } catch {
    return []
  }
}

/** @param {string} key @param {string[]} titles */
function remember(key, titles) {
  try {
    localStorage.setItem(key, JSON.stringify(titles))
  } catch {
    // Storage may be forbidden: then it holds for this page only.
  }
}
