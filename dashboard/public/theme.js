// Light and dark: the system's choice until the reader makes one, which is remembered.

const KEY = 'windrow.theme'

/** @typedef {'light' | 'dark'} Theme */

/**
 * @param {HTMLElement} button
 * @param {Theme | null} fromAddress
 * @param {(chosen: Theme | null) => void} onChange null: the system's theme changed
 */
export function createTheme(button, fromAddress, onChange) {
  const system = matchMedia('(prefers-color-scheme: dark)')
  /** @type {Theme | null} */
  let chosen = fromAddress ?? remembered()

  /** @returns {Theme} */
  const shown = () => chosen ?? (system.matches ? 'dark' : 'light')

  function apply() {
    if (chosen === null) delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = chosen
    const other = shown() === 'dark' ? 'light' : 'dark'
    button.setAttribute('aria-label', `Use the ${other} theme`)
    button.title = `Use the ${other} theme`
  }

  button.addEventListener('click', () => {
    chosen = shown() === 'dark' ? 'light' : 'dark'
    remember(chosen)
    apply()
    onChange(chosen)
  })
  system.addEventListener('change', () => {
    apply()
    onChange(fromAddress)
  })
  apply()

  return {
    shown,
    /** @param {Theme} theme */
    set(theme) {
      chosen = theme
      apply()
      onChange(theme)
    },
  }
}

/** @returns {Theme | null} */
function remembered() {
  try {
    const theme = localStorage.getItem(KEY)
    return theme === 'light' || theme === 'dark' ? theme : null
  } catch {
    return null
  }
}

/** @param {Theme} theme */
function remember(theme) {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage may be forbidden: the theme then holds for this page only.
  }
}
